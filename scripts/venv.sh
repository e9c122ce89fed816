#!/bin/sh
# scripts/venv.sh [EXTRA ...]: have .venv hold Moevatar with these extras, with those it had before, and
# with the two that are small, in the versions of constraints.txt. Where it does, nothing is fetched: an offline start works.
# PYTHON names the interpreter that it is made with; without a name it is python3.
set -eu
cd "$(dirname "$0")/.."

record=.venv/moevatar.txt # what was installed last: a hash of what pip was told, and the extras
torch_for_cpus=https://download.pytorch.org/whl/cpu

main() {
    extras=$(with_those_before "$@")
    is_usable || make_anew
    wanted="$(fingerprint) $extras"
    [ "$(cat "$record" 2>/dev/null)" = "$wanted" ] && return
    install
    echo "$wanted" >"$record"
}

with_those_before() {
    before=$(cut -s -d ' ' -f 2- "$record" 2>/dev/null || true)
    printf '%s\n' "$@" $before | sort -u | xargs
}

# The interpreter may be gone or another one by now, the folder moved, the making cut short.
is_usable() {
    .venv/bin/python -c 'import pip' 2>/dev/null &&
        grep -qF " $(pwd -P)/.venv" .venv/pyvenv.cfg &&
        { [ -z "${PYTHON:-}" ] || [ "$(version "$PYTHON")" = "$(version .venv/bin/python)" ]; }
}

version() {
    "$1" -c 'import sys; print(sys.version_info[:2])' 2>/dev/null || true
}

make_anew() {
    python=${PYTHON:-python3}
    name=$(basename "$python")
    command -v "$python" >/dev/null ||
        fail "Python 3.11 or newer is needed; there is no $python. On Debian and Ubuntu: sudo apt install $name $name-venv"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        fail "Python 3.11 or newer is needed; $python is $("$python" -V 2>&1). Name a newer one: make start PYTHON=python3.12"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python cannot make virtual environments yet. On Debian and Ubuntu: sudo apt install $name-venv"
    rm -rf .venv
    "$python" -m venv .venv
}

fail() {
    echo "$1" >&2
    exit 1
}

# By content, since a pull touches files that say what they said; and of pyproject.toml what pip reads.
fingerprint() {
    .venv/bin/python - <<'END'
import hashlib, json, re, tomllib

with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
with open("constraints.txt", encoding="utf-8") as file:
    pinned = re.findall(r"^\w\S*", file.read(), re.MULTILINE)
told = [project["build-system"], project["project"], project["tool"]["hatch"], pinned]
print(hashlib.sha256(json.dumps(told).encode()).hexdigest())
END
}

install() {
    echo "Setting up .venv ..."
    case " $extras " in
    *" diffusion "* | *" dev "*) choose_torch ;;
    esac
    # The tests want the extra `diffusion` too.
    packages=$(echo "$extras" | sed 's/dev/dev diffusion/; s/ /,/g')
    pip_install --editable ".[openai,upscale${packages:+,$packages}]"
}

# The package index has the build for CUDA, for which nobody without such a GPU has a use.
choose_torch() {
    gpu=
    case " $extras " in
    *" diffusion "*) gpu=$(nvidia_driver) ;;
    esac
    case "$gpu,$(torch_version)" in
    ?*,*+cpu)
        echo "Fetching PyTorch for NVIDIA GPUs in place of that for CPUs, once: about 3 GB."
        .venv/bin/python -m pip uninstall --quiet --yes torch
        ;;
    ?*,) echo "Fetching PyTorch for NVIDIA GPUs and diffusers, once: about 3 GB." ;;
    ,)
        echo "Fetching PyTorch for CPUs and diffusers, once: about 300 MB."
        # One short try, for a network that lets only the package index through; that one has a torch too.
        pip_install --no-deps --index-url "$torch_for_cpus" --retries 0 --timeout 5 torch 2>/dev/null ||
            echo "$torch_for_cpus cannot be used here: fetching the package index's PyTorch, up to 3 GB."
        ;;
    esac
}

nvidia_driver() {
    command -v nvidia-smi || ls /proc/driver/nvidia/version 2>/dev/null || true
}

torch_version() {
    .venv/bin/python -m pip show torch 2>/dev/null | sed -n 's/^Version: //p'
}

pip_install() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --constraint constraints.txt "$@"
}

main "$@"
