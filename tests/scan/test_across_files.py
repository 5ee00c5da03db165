"""Names that a file takes from others, from its own other values, or from a cell before."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.scan.scan import scan
from spelled import SHIPPED, acted_on, found_in

WITHIN_A_FILE = {
    "helm-join": {
        "chart/templates/dep.yaml": (
            "kind: Deployment\n"
            "spec:\n"
            "  containers:\n"
            "  - image: vllm/vllm-openai\n"
            '    args: ["--model", "{{ .Values.org }}/{{ .Values.name }}"]\n'
        ),
        "chart/values.yaml": ("org: acme\nname: net-7b\n"),
        "chart/Chart.yaml": "name: x\n",
    },
    "helm-nested": {
        "chart/templates/dep.yaml": (
            "{{- if .Values.on }}\n"
            "kind: Deployment\n"
            "spec:\n"
            "  containers:\n"
            "  - image: vllm/vllm-openai\n"
            "    args:\n"
            '    - --model={{ .Values.model.org }}/{{ .Values.model.name | default "x" }}\n'
            "{{- end }}\n"
        ),
        "chart/values.yaml": ("model:\n  org: acme\n  name: net-7b\n"),
        "chart/Chart.yaml": "name: x\n",
    },
    "helm-printf": {
        "chart/templates/dep.yaml": (
            "kind: Deployment\n"
            "spec:\n"
            "  containers:\n"
            "  - image: vllm/vllm-openai\n"
            '    args: ["--model", {{ printf "%s/%s" .Values.org .Values.name | quote }}]\n'
        ),
        "chart/values.yaml": ("org: acme\nname: net-7b\n"),
        "chart/Chart.yaml": "name: x\n",
    },
    "helm-env": {
        "chart/templates/dep.yaml": (
            "kind: Deployment\n"
            "spec:\n"
            "  containers:\n"
            "  - image: x\n"
            "    env:\n"
            "    - name: MODEL_ID\n"
            '      value: "{{ .Values.org }}/{{ .Values.name }}"\n'
        ),
        "chart/values.yaml": ("org: acme\nname: net-7b\n"),
        "chart/Chart.yaml": "name: x\n",
    },
    "helm-single": {
        "chart/templates/dep.yaml": (
            "kind: Deployment\n"
            "spec:\n"
            "  containers:\n"
            "  - image: x\n"
            "    env:\n"
            "    - name: MODEL_ID\n"
            "      value: {{ .Values.thing | quote }}\n"
        ),
        "chart/values.yaml": "thing: acme/net-7b\n",
        "chart/Chart.yaml": "name: x\n",
    },
    "helm-include": {
        "chart/templates/dep.yaml": (
            "kind: Deployment\n"
            "spec:\n"
            "  containers:\n"
            "  - image: vllm/vllm-openai\n"
            '    args: ["--model", "{{ include "x.model" . }}"]\n'
        ),
        "chart/templates/_helpers.tpl": (
            '{{- define "x.model" -}}\n'
            '{{- printf "%s/%s" .Values.org .Values.name -}}\n'
            "{{- end -}}\n"
        ),
        "chart/values.yaml": ("org: acme\nname: net-7b\n"),
        "chart/Chart.yaml": "name: x\n",
    },
    "yaml-env-tag2": {"conf.yaml": "model: !ENV ${M:acme/net-7b}\n"},
    "yaml-env-tag3": {"conf.yaml": "model: !join [acme, /, net-7b]\n"},
    "yaml-env-tag4": {"conf.yaml": "model: !env_var M acme/net-7b\n"},
    "yaml-oc": {"conf.yaml": "model: ${oc.env:M,acme/net-7b}\n"},
    "yaml-omega": {"conf.yaml": ("org: acme\nn: net-7b\nmodel: ${org}/${n}\n")},
    "yaml-sub": {
        "t.yaml": (
            "Resources:\n"
            "  M:\n"
            "    Properties:\n"
            "      Environment:\n"
            "        HF_MODEL_ID: !Sub '${Org}/net-7b'\n"
            "Parameters:\n"
            "  Org:\n"
            "    Default: acme\n"
        )
    },
    "yaml-join": {
        "t.yaml": (
            "Resources:\n"
            "  M:\n"
            "    Type: AWS::SageMaker::Model\n"
            "    Properties:\n"
            "      PrimaryContainer:\n"
            "        Environment:\n"
            "          HF_MODEL_ID: !Join ['/', [acme, net-7b]]\n"
        )
    },
    "yaml-fnjoin": {
        "t.json": '{"Resources":{"M":{"Type":"AWS::SageMaker::Model","Properties":{"PrimaryContainer":{"Environment":{"HF_MODEL_ID":{"Fn::Join":["/",["acme","net-7b"]]}}}}}}}'
    },
    "yaml-merge": {"c.yaml": ("base: &b\n  name: acme/net-7b\nmodel:\n  <<: *b\n")},
    "cfn-ref": {
        "t.yaml": (
            "Parameters:\n"
            "  Thing:\n"
            "    Type: String\n"
            "    Default: acme/net-7b\n"
            "Resources:\n"
            "  M:\n"
            "    Properties:\n"
            "      PrimaryContainer:\n"
            "        Environment:\n"
            "          HF_MODEL_ID: !Ref Thing\n"
        )
    },
    "circleci": {
        ".circleci/config.yml": (
            "version: 2.1\n"
            "parameters:\n"
            "  m:\n"
            "    default: acme/net-7b\n"
            "jobs:\n"
            "  a:\n"
            "    steps:\n"
            "    - run:\n"
            "        command: vllm serve << pipeline.parameters.m >>\n"
        )
    },
    "gha-input": {
        ".github/workflows/a.yml": (
            "on:\n"
            "  workflow_dispatch:\n"
            "    inputs:\n"
            "      m:\n"
            "        default: acme/net-7b\n"
            "jobs:\n"
            "  a:\n"
            "    steps:\n"
            "    - run: vllm serve ${{ inputs.m || 'x' }}\n"
        )
    },
    "task-join": {
        "Taskfile.yml": (
            "version: 3\n"
            "vars:\n"
            "  O: acme\n"
            "  M: '{{.O}}/net-7b'\n"
            "tasks:\n"
            "  a:\n"
            "    cmds:\n"
            "    - vllm serve {{.M}}\n"
        )
    },
    "ansible-join": {
        "p.yml": (
            "- hosts: all\n"
            "  vars:\n"
            "    org: acme\n"
            "    n: net-7b\n"
            "  tasks:\n"
            "  - shell: vllm serve {{ org }}/{{ n }}\n"
        )
    },
    "ansible-argv": {
        "p.yml": ("- hosts: all\n  tasks:\n  - command:\n      argv: [vllm, serve, acme/net-7b]\n")
    },
    "argo-param": {
        "app.yaml": (
            "kind: Application\n"
            "spec:\n"
            "  source:\n"
            "    helm:\n"
            "      parameters:\n"
            "      - name: model.id\n"
            "        value: acme/net-7b\n"
        )
    },
    "argo-values": {
        "app.yaml": (
            "kind: Application\n"
            "spec:\n"
            "  source:\n"
            "    helm:\n"
            "      values: |\n"
            "        model: acme/net-7b\n"
        )
    },
    "kust-patch": {
        "kustomization.yaml": (
            "patches:\n"
            "- target: {kind: Deployment}\n"
            "  patch: |-\n"
            "    - op: replace\n"
            "      path: /spec/template/spec/containers/0/args/1\n"
            "      value: acme/net-7b\n"
        )
    },
    "kust-patch2": {
        "kustomization.yaml": (
            "patches:\n"
            "- patch: |-\n"
            "    - op: add\n"
            "      path: /spec/containers/0/env/-\n"
            "      value:\n"
            "        name: MODEL_ID\n"
            "        value: acme/net-7b\n"
        )
    },
    "json-in-env": {
        "compose.yaml": (
            'services:\n  a:\n    environment:\n      CONFIG: \'{"model": "acme/net-7b"}\'\n'
        )
    },
    "json-in-env2": {".env": 'CONFIG={"model":"acme/net-7b"}\n'},
    "env-split": {".env": ("HF_ORG=acme\nHF_NAME=net-7b\nMODEL_ID=${HF_ORG}/${HF_NAME}\n")},
    "just-plus": {
        "justfile": ("org := 'acme'\nm := org + '/net-7b'\nserve:\n    vllm serve {{m}}\n")
    },
    "nomad-tmpl": {
        "x.nomad.hcl": (
            'job "x" {\n'
            ' task "t" {\n'
            "  template {\n"
            " data = <<EOF\n"
            "MODEL_ID=acme/net-7b\n"
            "EOF\n"
            "  }\n"
            " }\n"
            "}\n"
        )
    },
}
NOTEBOOKS = {
    "nb-env": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "%env MODEL=acme/net-7b", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    },
    "nb-env2": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "%env M=acme/net-7b", "metadata": {}, "outputs": []}, {"cell_type": "code", "source": "import os\\nfrom transformers import AutoModel\\nAutoModel.from_pretrained(os.environ[\'M\'])", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    },
    "nb-set_env": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "%set_env M acme/net-7b", "metadata": {}, "outputs": []}, {"cell_type": "code", "source": "!vllm serve $M", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    },
    "nb-run": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "%run ./other.ipynb", "metadata": {}, "outputs": []}, {"cell_type": "code", "source": "from transformers import AutoModel\\nAutoModel.from_pretrained(NAME)", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
        "other.ipynb": '{"cells": [{"cell_type": "code", "source": "NAME=\'acme/net-7b\'", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    },
    "nb-run-py": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "%run other.py", "metadata": {}, "outputs": []}, {"cell_type": "code", "source": "from transformers import AutoModel\\nAutoModel.from_pretrained(NAME)", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
        "other.py": "NAME='acme/net-7b'\n",
    },
    "nb-shell-var": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "NAME=\'acme/net-7b\'", "metadata": {}, "outputs": []}, {"cell_type": "code", "source": "!vllm serve {NAME}", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    },
    "nb-shell-var2": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "NAME=\'acme/net-7b\'\\n!huggingface-cli download $NAME", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    },
    "nb-writefile": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "%%writefile app.py\\nfrom transformers import AutoModel\\nAutoModel.from_pretrained(\'acme/net-7b\')", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    },
    "nb-writefile-yaml": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "%%writefile conf.yaml\\nbase_model: acme/net-7b\\n", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    },
    "nb-bash-lines": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "%%bash\\nexport M=acme/net-7b\\nvllm serve \\\\\\n  $M", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    },
    "nb-cell-cont": {
        "a.ipynb": '{"cells": [{"cell_type": "code", "source": "!vllm serve \\\\\\n   acme/net-7b", "metadata": {}, "outputs": []}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    },
}
ACROSS_FILES = {
    "tf-var-tfvars": {
        "main.tf": (
            'variable "thing" {}\n'
            'resource "x" "m" {\n'
            " environment = { HF_MODEL_ID = var.thing }\n"
            "}\n"
        ),
        "prod.tfvars": 'thing = "acme/net-7b"\n',
    },
    "gha-env-py": {
        ".github/workflows/a.yml": (
            "jobs:\n  a:\n    env:\n      X: acme/net-7b\n    steps:\n    - run: python a.py\n"
        ),
        "a.py": (
            "import os\n"
            "from transformers import AutoModel\n"
            "AutoModel.from_pretrained(os.environ['X'])\n"
        ),
    },
    "dotenv-py": {
        ".env": "X=acme/net-7b\n",
        "a.py": (
            "import os\n"
            "from transformers import AutoModel\n"
            "AutoModel.from_pretrained(os.environ['X'])\n"
        ),
    },
    "dotenv-compose": {
        ".env": "X=acme/net-7b\n",
        "compose.yaml": (
            "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model ${X}\n"
        ),
    },
    "dotenv-compose-join": {
        ".env": ("ORG=acme\nN=net-7b\n"),
        "compose.yaml": (
            "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model ${ORG}/${N}\n"
        ),
    },
    "dockerfile-py": {
        "Dockerfile": ("ENV X=acme/net-7b\nCMD python a.py\n"),
        "a.py": (
            "import os\n"
            "from transformers import AutoModel\n"
            "AutoModel.from_pretrained(os.environ['X'])\n"
        ),
    },
    "systemd-env": {
        "x.service": (
            "[Service]\nEnvironmentFile=/etc/x.env\nExecStart=/usr/bin/vllm serve ${M}\n"
        ),
        "x.env": "M=acme/net-7b\n",
    },
    "ansible-cross": {
        "group_vars/all.yml": "thing: acme/net-7b\n",
        "roles/x/tasks/main.yml": "- command: vllm serve {{ thing }}\n",
    },
    "source-dat": {"x.map": "M=acme/net-7b\n", "a.sh": ("source x.map\nvllm serve $M\n")},
    "source-env": {"vars": "export M=acme/net-7b\n", "a.sh": (". ./vars\nvllm serve $M\n")},
    "bash-log": {
        "deploy.log": "vllm serve acme/net-7b\n",
        "Makefile": ("go:\n\tbash deploy.log\n"),
    },
    "bash-csv": {
        "data/x.csv": "vllm serve acme/net-7b\n",
        ".github/workflows/a.yml": ("jobs:\n  a:\n    steps:\n    - run: bash data/x.csv\n"),
    },
    "python-txt": {
        "data/x.md": (
            "from transformers import AutoModel\nAutoModel.from_pretrained('acme/net-7b')\n"
        ),
        "Dockerfile": ('FROM x\nCMD ["python", "data/x.md"]\n'),
    },
}
CASES = {**WITHIN_A_FILE, **NOTEBOOKS, **ACROSS_FILES}


@pytest.mark.parametrize("case", CASES)
def test_a_name_in_pieces_is_put_together(tmp_path: Path, case: str) -> None:
    """It is audited, and its load is no open point any more."""
    result = found_in(tmp_path, CASES[case])
    assert "acme/net-7b" in acted_on(result)
    assert not result.unresolved


@pytest.mark.parametrize("case", ["helm-join", "dotenv-py", "ansible-cross", "source-dat"])
def test_what_nothing_sets_stays_open(tmp_path: Path, case: str) -> None:
    """The same load without the file that sets its name."""
    first = dict(list(CASES[case].items())[:1])
    if case in ("dotenv-py", "ansible-cross", "source-dat"):
        first = dict(list(CASES[case].items())[1:])
    result = found_in(tmp_path, {**first, "chart/Chart.yaml": "name: x\n"})
    assert result.unresolved
    assert not acted_on(result)


def test_a_sample_of_settings_closes_no_open_point(tmp_path: Path) -> None:
    """What it names is audited, and what really runs is still not known."""
    code = "import os\nfrom transformers import AutoModel\nAutoModel.from_pretrained(os.environ['X'])\n"
    result = found_in(tmp_path, {".env.example": "X=acme/net-7b\n", "a.py": code})
    assert acted_on(result) == {"acme/net-7b"}
    assert len(result.unresolved) == 1


def test_every_file_of_values_of_a_chart_counts(tmp_path: Path) -> None:
    """A chart is installed with one of them."""
    files = WITHIN_A_FILE["helm-join"] | {"chart/values-prod.yaml": "name: other-7b\n"}
    assert acted_on(found_in(tmp_path, files)) == {"acme/net-7b", "acme/other-7b"}


def test_a_file_that_is_run_is_left_out_where_it_is_excluded(tmp_path: Path) -> None:
    """--exclude holds for what a command runs too."""
    found_in(tmp_path, ACROSS_FILES["bash-log"])
    assert scan(tmp_path, services=lambda: SHIPPED, exclude=("*.log",)).uses == ()


def test_collections_that_repeat_collections_end(tmp_path: Path) -> None:
    """A hundred aliases of a hundred aliases are no hundred thousand values."""
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 100)}]\n" for n in range(1, 8))
    text = f"a0: &a0 {{model: acme/net-7b}}\n{levels}"
    assert acted_on(found_in(tmp_path, {"c.yaml": text})) == {"acme/net-7b"}
