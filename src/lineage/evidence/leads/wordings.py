"""How further languages say that a model was made from another: what is before its name, or
behind it."""

from __future__ import annotations

import re

_BEFORE = (
    r"tinh chỉnh (?:từ|trên)|dựa trên|xây dựng (?:từ|trên)",  # Vietnamese
    r"na bazie|oparty na|oparta na|dostrojon\w+ (?:z|na)",  # Polish
    r"(?:พัฒนา|ต่อยอด|ปรับแต่ง)\S{0,12}(?:จาก|บน)|มีพื้นฐานจาก",  # Thai
    r"مبني على|المبني على|يعتمد على|مضبوط من|مستند إلى",  # Arabic
    r"berdasarkan|disempurnakan dari|berbasis",  # Indonesian
    r"gebaseerd op|op basis van",  # Dutch
    r"baserad på|basert på|baseret på|bygger på",  # Swedish, Norwegian, Danish
    r"на базе|на основе|на основі|на базі",  # Russian, Ukrainian
    r"založen\w* na|vychází z",  # Czech
    r"مبتنی بر",  # Persian
    r"בסיס|מבוסס על",  # Hebrew
    r"\bbasiert (?:nicht nur )?auf|\bauf (?:der )?basis (?:von|des)|\baufbauend auf",  # German
    # French, Spanish, Portuguese, Italian
    r"\bbas[ée]e? sur|\bbasad[oa] en|\bbasead[oa] (?:em|no)|\bbasat[oa] su",
    r"βασίζεται στο|βασισμένο στο",  # Greek
    r"bazat pe",  # Romanian
    r"基于|基於",  # Chinese
    # Where the weights are named as somebody's, whatever the verb.
    r"\bgewichte?n? (?:von|des|der|aus)|gewichten van",  # German, Dutch
    # French, Spanish, Portuguese, Italian
    r"\bpoids (?:de|du|d['’])|pesos (?:de|del|do|da)|pesi (?:di|del)",
    r"\bвес(?:а|ов|ах|ами)(?: модел[иь])?|\bваг(?:и|ах|ами)(?: модел[іь])?",  # Russian, Ukrainian
    r"\bwag(?:i|ach|ami)(?: modelu)?|\bv[aá]h(?:y|ách|ami)(?: modelu)?",  # Polish, Czech
    # Swedish, Norwegian, Danish
    r"\b(?:vikter(?:na)?|vekt(?:er|ene)|vægt(?:e|ene)) (?:från|fra|til|till)",
    # Vietnamese, Indonesian, Arabic, Persian
    r"trọng số (?:của|từ)|bobot (?:dari|model)|أوزان|وزن‌های",
)
_BEHIND = (
    r"पर आधारित|से फाइन",  # Hindi
    r"üzerine|tabanlı|temel alınarak|tabanl\w+",  # Turkish
    r"அடிப்படையாக",  # Tamil
    # Chinese, Japanese, Korean, Turkish
    r"(?:的|の|의)\s*(?:权重|權重|重み|ウェイト|가중치)|['’]?\w{0,3}\s*ağırlıkları",
    r"(?:为|為)(?:基座|基础|底座)|をベース|を基に|를 기반|을 기반",  # Chinese, Japanese, Korean
)
BEFORE = re.compile(
    rf"(?:{'|'.join(_BEFORE)})\s*(?:[^\W\d_]+\s+){{0,2}}[\s*_`(\[]*\Z", re.IGNORECASE
)
"""Ends where the name begins."""
BEHIND = re.compile(rf"[\s*_`)\]'’]*(?:\w{{1,3}}\s+)?(?:{'|'.join(_BEHIND)})", re.IGNORECASE)
"""Begins where the name ends."""
THING = re.compile(
    r"[\s*_`)\]的]*(?:模型)?(?:的)?(?:架构|结构|数据|生成|合成|蒸馏|分词|词表|框架|アーキテクチャ|データ|아키텍처|데이터|archit|данн)",
    re.IGNORECASE,
)
"""Behind a name: its design or its data are meant, and not its weights."""
