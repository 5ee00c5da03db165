"""How German, French, Spanish, Portuguese, Italian and Russian cards say that a model comes from
another."""

from __future__ import annotations

from lineage.claims.card.cue import Cue, after, before
from lineage.core.relation import Relation

_FINETUNE, _MERGE, _DISTILLED, _ADAPTER = (
    Relation.FINETUNE,
    Relation.MERGE,
    Relation.DISTILLED,
    Relation.ADAPTER,
)

BEFORE_EUROPE: tuple[Cue, ...] = (
    before(
        "de merge",
        r"\b(?:zusammenführung|verschmelzung|merge|mischung)\s+(?:von|aus)\b",
        _MERGE,
        lists=True,
    ),
    before(
        "de distilled",
        r"\b(?:destill\w+|distill\w+)\s+(?:\w+\s+)?(?:von|aus)\b|"
        r"\blehrer(?:modell)?\s*(?:ist|war|:)",
        _DISTILLED,
    ),
    before("de adapter", r"\b(?:lora|qlora|adapter)[\w-]*\s+(?:für|zu|auf)\b", _ADAPTER),
    before(
        "de copy",
        r"\bquantisi\w+\s+(?:\w+\s+){0,2}?(?:von|des|aus)\b|\bquantisierung\s+(?:von|des)"
        r"\b|\bkonvertiert\w*\s+(?:\w+\s+){0,3}?(?:aus|von)\b"
        r"|\bkonvertierung\s+von\b|\bkopie\s+(?:von|des)\b",
        None,
        0.95,
    ),
    before(
        "de",
        r"\b(?:basiert|basierend|beruht|basieren)\s+(?:(?!nicht\b)\w+\s+)?auf\b|"
        r"\bauf\s+(?:der\s+)?(?:basis|grundlage)\s+(?:von|des|der)?"
        r"|\b(?:aufbauend|aufgesetzt)\s+auf\b|\bbaut\s+(?:(?!nicht\b)\w+\s+)?auf\b|"
        r"\bausgehend\s+von\b|\babgeleitet\s+(?:von|aus)\b"
        r"|\bableitung\s+(?:von|des)\b|\bhervorgegangen\s+aus\b|\bentstand(?:en)?\s+aus\b"
        r"|\b(?:feinabgestimmt|feinjustiert|nachtrainiert|weitertrainiert|finegetunt|"
        r"angepasst|fein-?getunt|trainiert|optimiert)\w*\s+"
        r"(?:\w+\s+){0,2}?(?:von|aus|des)\b|\b(?:feinabstimmung|feintuning|fine-?tuning|"
        r"finetuning|finetune|weitertraining)\s+(?:von|des|auf)\b"
        r"|\binitialisiert\s+(?:mit|aus|von)\b|\bfortsetzung\s+(?:von|des)\b",
        _FINETUNE,
        lists=True,
    ),
    before("fr merge", r"\bfusion(?:ne|née?)?\s+(?:de|des|entre|du)\b", _MERGE, lists=True),
    before(
        "fr distilled",
        r"\bdistill\w+\s+(?:\w+\s+)?(?:de|depuis|à partir de|d['’])|\bprofesseur\s*:",
        _DISTILLED,
    ),
    before("fr adapter", r"\b(?:adaptateurs?|lora|qlora)\s+(?:\w+\s+)?(?:pour|sur)\b", _ADAPTER),
    before(
        "fr copy",
        r"\bquantifi\w+\s+(?:\w+\s+){0,2}?(?:de|du|d['’])|\bquanti[sz]\w+\s+(?:de|du|"
        r"d['’])|\bconverti\w*\s+(?:[\w-]+\s+){0,3}?(?:depuis|à partir d[eu']|de)\b"
        r"|\bcopie\s+(?:de|du)\b",
        None,
        0.95,
    ),
    before(
        "fr",
        r"\b(?:basée?s?|fondée?s?|construite?s?|bâtie?s?|s['’]appuie|repose)\s+(?:(?!pas\b)"
        r"\w+\s+)?sur\b"
        r"|\b(?:dérivée?s?|issue?s?)\s+(?:de|du|d['’])|\ben\s+partant\s+(?:de|du|d['’])"
        r"|\b(?:affinée?|ajustée?|entra[iî]née?|ré-?entra[iî]née?|spécialisée?|obtenue?|"
        r"adaptée?|initialisée?|créée?|fine-?tunée?|finetunée?)s?\s+"
        r"(?:[\w-]+\s+){0,3}?(?:à\s+partir\s+(?:de|du|d['’])|depuis|sur\s+la\s+base\s+d[eu'’])"
        r"|\b(?:version|variante|affinage|ajustement|dérivé|continuation|fine-?tuning|"
        r"finetune)\s+(?:(?!améliorée|nouvelle)[\w-]+\s+){0,3}?(?:de|du|d['’])",
        _FINETUNE,
        lists=True,
    ),
    before(
        "es merge",
        r"\b(?:fusión|fusion|mezcla|fusão|mistura|unione)\s+(?:de|entre|di|tra)\b",
        _MERGE,
        lists=True,
    ),
    before(
        "es distilled",
        r"\b(?:destilad[oa]|destilación|distillat[oa])\s+(?:de|a partir de|desde|da)\b|"
        r"\bmodelo maestro\s*:",
        _DISTILLED,
    ),
    before("es adapter", r"\b(?:adaptador(?:es)?|lora|qlora)\s+(?:\w+\s+)?para\b", _ADAPTER),
    before(
        "es copy",
        r"\b(?:cuanti[zf]\w+|quanti[zs]\w+)\s+(?:\w+\s+){0,2}?(?:de|del|do)\b|"
        r"\bconvertid[oa]\s+(?:[\w-]+\s+){0,3}?(?:desde|de|a partir de)\b|\bcopia\s+(?:de|"
        r"del)\b|\bcópia\s+d[eo]\b",
        None,
        0.95,
    ),
    before(
        "es",
        r"\b(?:basad[oa]s?|construid[oa]s?|baseado|baseada|basat[oa])\s+(?:(?!no\b)"
        r"\w+\s+)?(?:en|sobre|em|su)\b|\bsobre\s+la\s+base\s+de\b"
        r"|\b(?:derivad[oa]s?|derivat[oa]|parte)\s+(?:de|del|do|da)\b|\bpartiendo\s+(?:de|"
        r"del)\b|\bpartindo\s+d[eo]\b"
        r"|\b(?:afinad[oa]|ajustad[oa]|entrenad[oa]|reentrenad[oa]|treinad[oa]|adaptad[oa]|"
        r"especializad[oa]|obtenid[oa]|inicializad[oa]|addestrat[oa]|affinat[oa])\s+"
        r"(?:[\w-]+\s+){0,3}?(?:a\s+partir\s+d[eo]l?|desde|sobre|partendo\s+da|from)\b"
        r"|\b(?:versión|variante|ajuste\s+fino|afinación|afinamiento|derivado|versão|"
        r"ajuste|versione|continuación|fine-?tuning|finetune)\s+"
        r"(?:(?!mejorada|nueva|pequeña|menor)[\w-]+\s+){0,3}?(?:de|del|do|di|su|sobre)\b",
        _FINETUNE,
        lists=True,
    ),
    before(
        "ru merge",
        r"\b(?:слияни[ея]|мердж|объединени[ея]|смесь)\s+(?:моделей|модели)?",
        _MERGE,
        lists=True,
    ),
    before("ru distilled", r"\bдистилл\w+\s+(?:из|от|модели)?|\bучитель\s*[:—-]", _DISTILLED),
    before("ru adapter", r"\b(?:адаптер|lora|qlora)[\w-]*\s+(?:для|к|поверх|на)\b", _ADAPTER),
    before(
        "ru copy",
        r"\bквант\w+\s+(?:[\w-]+\s+){0,2}?(?:верси\w+|модел\w+)|\bквантизаци[яи]|"
        r"\bконвертирован\w*\s+(?:[\w-]+\s+){0,3}?из\b|\bкопия\b",
        None,
        0.95,
    ),
    before(
        "ru",
        r"\bна\s+(?:основе|базе)\b|\b(?:основан|построен|базиру)\w*\s+на\b|\b(?:получен|"
        r"инициализирован|создан|производн|выросл)\w*\s+(?:[\w-]+\s+)?(?:из|от|весами)\b"
        r"|\b(?:до-?обуч|файн-?тюн|зафайнтюн|тюн)\w*(?:\s+(?:верси\w+|вариант\w*|модел\w+|"
        r"на|поверх|от|из))*"
        r"|\bобучен\w*\s+(?:поверх|на\s+базе|на\s+основе)\b|\bповерх\b|"
        r"\bотталкиваясь\s+от\b|\bадаптаци[яи]\b|\bпродолжение\b",
        _FINETUNE,
        lists=True,
    ),
)

AFTER_EUROPE: tuple[Cue, ...] = (
    after(
        "europe as base",
        r"(?:dient|diente|wurde|wird)?\s*als\s+(?:\w+\s+)?(?:basis|grundlage|ausgangs)\w*|"
        r"(?:\w+\s+){0,2}?comme\s+(?:\w+\s+)?(?:modèle\s+de\s+)?(?:base|départ)\b"
        r"|(?:\w+\s+){0,2}?como\s+(?:\w+\s+)?(?:modelo\s+)?(?:base|punto\s+de\s+partida)\b|"
        r"(?:\w+\s+){0,2}?come\s+(?:modello\s+)?(?:di\s+)?base\b"
        r"|(?:\w+\s+){0,2}?в\s+качестве\s+(?:баз|основ|исходн)\w+|(?:\w+\s+)?(?:взят\w*|"
        r"использу\w+)\s+(?:за|как)\s+(?:основ|баз)\w+",
        _FINETUNE,
    ),
    after(
        "de built", r"auf(?=\s*(?:[,.;]|und|\Z))|basierend\w*|basierte\w*", _FINETUNE, opens=False
    ),
    after(
        "europe first",
        r"(?:modell?e?o?|modèle)?,?\s*(?:(?:das|der|die|qui|que|которая)\s+)?(?:(?:wurde|"
        r"fue|a été|был\w*|è stat[oa]|foi)\s+)?(?:\w+\s+){0,2}?"
        r"(?:feinabgestimmt|feinjustiert|nachtrainiert|weitertrainiert|affiné|fine-?tuné|"
        r"ajusté|entra[iî]né|afinad[oa]|ajustad[oa]|entrenad[oa]|дообучен|treinad[oa])",
        _FINETUNE,
        0.85,
        opens=True,
    ),
)

LABELS_EUROPE = (
    r"basis-?modell|ausgangsmodell|grundmodell|ursprüngliches modell|originalmodell|"
    r"modèle (?:de )?base|modèle (?:d['’]origine|original|source|parent)"
    r"|modelo (?:de )?base|modelo original|modelo de origen|modelo padre|modello (?:di )?base"
    r"|базовая модель|исходная модель|оригинальная модель|родительская модель"
)
NOT_SAID_EUROPE = (
    r"\bnicht\b(?!\s+nur)|\bkein\w*\b|\bweder\b|\bbesser als\b|\bübertr\w+|\bim vergleich\b|"
    r"\bverglichen\b|\banders als\b|\bstatt\b"
    r"|\bn['’]est pas\b(?!\s+seulement)|\bne\s+\w+\s+pas\b|\bpas\s+(?:été\s+)?\b"
    r"|\bmeilleur\w* que\b|\bcontrairement\b|\bpar rapport\b|\bsurpasse\w*|\bcomparé\w*"
    r"|\bplutôt que\b|\bno\s+(?:está|es|se|fue|ha)\b|\bmejor que\b|\bsupera\w*|\bcomparad\w+|\ba "
    r"diferencia de\b|\ben lugar de\b|\bnão\b|\bnon\s+è\b"
    r"|(?<![а-яё])не(?![а-яё])(?!\s+только)|\bлучше\b|\bпревосходит\b|\bв отличие\b|\bпо "
    r"сравнению\b|\bсравн\w+|\bвместо\b|\bdatensatz\b|\bjeu de données\b"
)
