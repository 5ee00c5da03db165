"""Every environment variable that changes what a run does: the list that the reference is made from
and a test holds complete."""

from __future__ import annotations

# name: what it does. Grouped by what a reader looks for: the Hub, the network, files, the terminal,
# trouble.
VARIABLES: dict[str, str] = {
    "HF_ENDPOINT": (
        "Address of the Hub or of a mirror; https://huggingface.co where it is not set. "
        "The token goes there and nowhere else."
    ),
    "HF_TOKEN": (
        "Token for gated and private repos and for a larger quota. It is never written to "
        "a log, the cache or a report."
    ),
    "HUGGING_FACE_HUB_TOKEN": "Older name of HF_TOKEN, read where that is not set.",
    "HF_TOKEN_PATH": "File of the stored login (`hf auth login`), read where no token is set.",
    "HF_HOME": "Folder of the Hub client, in which the stored login lies by default.",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "Set to 1: the stored token is not sent.",
    "HF_OIDC_RESOURCE": (
        "Set by pipelines that hand out short-lived tokens: the Hub client's own way to a "
        "token is then used."
    ),
    "HF_HUB_OFFLINE": "Set to 1: as --offline, ask no network.",
    "LINEAGE_OLLAMA_REGISTRY": (
        "Address of Ollama's registry or of a mirror; https://registry.ollama.ai where it is not "
        "set."
    ),
    "MODELSCOPE_ENDPOINT": (
        "Address of ModelScope or of a mirror; https://modelscope.cn where it is not set. "
        "The token goes there and nowhere else."
    ),
    "LINEAGE_MODELSCOPE_AI": (
        "Address of ModelScope's international site, whose catalogue is another; "
        "https://www.modelscope.ai where it is not set. It gets no token."
    ),
    "MODELSCOPE_API_TOKEN": (
        "Token for private and guarded models of ModelScope. It is never written to a log, the "
        "cache or a report."
    ),
    "LINEAGE_DOCKER_REGISTRY": (
        "Address of Docker Hub's registry or of a mirror; https://registry-1.docker.io where it is "
        "not set."
    ),
    "LINEAGE_OCI_INSECURE": (
        "Set to 1: container registries on this computer (localhost) are asked over plain HTTP."
    ),
    "DOCKER_CONFIG": (
        "Folder of Docker's config.json, in which `docker login` keeps the logins of container "
        "registries; ~/.docker by default."
    ),
    "KAGGLE_API_ENDPOINT": "Address of Kaggle; https://www.kaggle.com where it is not set.",
    "KAGGLE_API_TOKEN": (
        "Token of Kaggle, or the file that holds one. It goes to that address and nowhere else."
    ),
    "KAGGLE_USERNAME": "With KAGGLE_KEY, read where no KAGGLE_API_TOKEN is set.",
    "KAGGLE_KEY": "The key that belongs to KAGGLE_USERNAME; it goes where the token goes.",
    "KAGGLE_CONFIG_DIR": (
        "Folder in which Kaggle's client keeps its key (`kaggle.json`, `access_token`), read where "
        "none of the above is set; ~/.kaggle by default."
    ),
    "MLFLOW_TRACKING_URI": (
        "Address of the MLflow server whose registry is asked for `mlflow:…` and `models:/…`. No "
        "other storage that it may name is opened."
    ),
    "MLFLOW_REGISTRY_URI": "The same, read first.",
    "MLFLOW_TRACKING_USERNAME": (
        "With MLFLOW_TRACKING_PASSWORD: goes to that server and nowhere else."
    ),
    "MLFLOW_TRACKING_PASSWORD": "The password that belongs to MLFLOW_TRACKING_USERNAME.",
    "MLFLOW_TRACKING_TOKEN": "A bearer token for it, read where no user name is set.",
    "LINEAGE_ENDPOINT_KEY": (
        "Key of the endpoint that `lineage probe` asks, and of the running servers that you "
        "audit by their address. It goes there alone, and into no file or output."
    ),
    "OPENAI_API_KEY": "The same, read where LINEAGE_ENDPOINT_KEY is not set.",
    "SIGSTORE_IDENTITY_TOKEN": (
        "The token by which `pack --sign sigstore` says who signs, where the pipeline offers none "
        "by itself. It goes to Sigstore alone."
    ),
    "HTTPS_PROXY": "Proxy for https addresses, also in lower case.",
    "HTTP_PROXY": "Proxy for http addresses, also in lower case.",
    "ALL_PROXY": "Proxy where none of the two above is set, also in lower case.",
    "NO_PROXY": "Hosts that are reached without the proxy, also in lower case.",
    "REQUESTS_CA_BUNDLE": (
        "Certificates to trust instead of the usual ones, such as those of a company's proxy."
    ),
    "CURL_CA_BUNDLE": "The same, read where REQUESTS_CA_BUNDLE is not set.",
    "SSL_CERT_FILE": "The same, read where neither of the two above is set.",
    "SSL_CERT_DIR": (
        "A folder of such certificates, as OpenSSL keeps them, read where no file is named."
    ),
    "HF_HUB_CACHE": (
        "Cache of the Hub client that `lineage check --installed` looks through; HF_HOME/hub by "
        "default."
    ),
    "HUGGINGFACE_HUB_CACHE": "Older name of HF_HUB_CACHE.",
    "TRANSFORMERS_CACHE": "Older still.",
    "OLLAMA_MODELS": "Ollama's store for `check --installed`; ~/.ollama/models by default.",
    "MODELSCOPE_CACHE": (
        "ModelScope's cache for `check --installed`; ~/.cache/modelscope by default."
    ),
    "LINEAGE_CACHE_DIR": (
        "Folder for the cache of the Hub's answers and your own references of weights "
        "(`lineage cache info` shows it)."
    ),
    "XDG_CACHE_HOME": (
        "Linux: folder in which `lineage/` is made for them where LINEAGE_CACHE_DIR is not "
        "set; ~/.cache by default."
    ),
    "LOCALAPPDATA": "The same on Windows.",
    "XDG_CONFIG_HOME": (
        "Linux: folder in which Kaggle's client keeps its key where there is no ~/.kaggle; "
        "~/.config by default."
    ),
    "LINEAGE_DATA_DIR": "Folder for installed data (`lineage data status` shows it).",
    "XDG_DATA_HOME": (
        "Linux: folder in which `lineage/data` is made for it where LINEAGE_DATA_DIR is not set; "
        "~/.local/share by default."
    ),
    "LINEAGE_DATA_URL": (
        "Address that `lineage data update` asks; the project's own where it is not set."
    ),
    "LINEAGE_DATA_ROOT": (
        "File with the root of trust of a data site of your own, in place of the package's; "
        "reports name it."
    ),
    "LINEAGE_JOURNAL_KEY": (
        "Secret that seals --resume journals, for pipelines that carry one from run to run; your "
        "own key is made where it is not set."
    ),
    "XDG_STATE_HOME": (
        "Linux: folder in which `lineage/journal.key` is made; ~/.local/state by default."
    ),
    "SOURCE_DATE_EPOCH": (
        "Seconds since 1970: the date on reports and packs, so that they come out the same each "
        "time. Waivers, ages and caches go by the real clock."
    ),
    "LINEAGE_CHROMIUM": (
        "The browser that prints `-o report.pdf`: a path or a name; otherwise the first Chromium, "
        "Chrome or Edge that is found."
    ),
    "NO_COLOR": "Set to anything: no colours and no terminal links.",
    "FORCE_COLOR": (
        "Set to anything: colours also where stdout is no terminal, as in a pipeline's "
        "log. NO_COLOR outranks it."
    ),
    "TERM": "`dumb`: no colours and no terminal links.",
    "COLUMNS": (
        "Width of texts on stdout, where it is not that of the window. Files are 100 wide."
    ),
    "LINEAGE_DEBUG": "Set to anything: an internal error prints its traceback.",
    "_LINEAGE_COMPLETE": (
        "Set by the shell while it completes; `lineage completion` prints the script that does so."
    ),
}
