#!/bin/sh
# Brings the locked Python environment into the checkout: .venv, and nothing outside of it.
# Needs Python 3.11 or later with pip. Run by `make` when the lock or pyproject.toml changed.
set -eu

python=${PYTHON:-python3}
venv=.venv
work=.make
export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/$work/uv-cache}"
export PIP_DISABLE_PIP_VERSION_CHECK=1

stop() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    stop "Tenor needs Python 3.11 or later: no '$python' was found (name another with: make PYTHON=/path/to/python)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "Tenor needs Python 3.11 or later, but '$python' is $("$python" -V 2>&1) (name another with: make PYTHON=/path/to/python)."
"$python" -c 'import venv' 2>/dev/null ||
    stop "Tenor needs Python's venv module: install it (on Debian: apt-get install python3-venv) and try again."

mkdir -p "$work"
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Making $venv ..."
    rm -rf "$venv"
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv "$venv"
    else # Debian splits ensurepip off: the system's own pip can serve the new environment
        "$python" -m pip --version >/dev/null 2>&1 ||
            stop "Tenor needs pip: install it (on Debian: apt-get install python3-pip) and try again."
        "$python" -m venv --without-pip "$venv"
    fi
fi

# uv itself comes by its hash from the same lock as everything else.
awk '/^uv==/ { found = 1 } found { print } found && !/\\$/ { exit }' requirements.lock >"$work/uv.lock"
version=$(sed -n 's/^uv==\([^ ]*\).*/\1/p' "$work/uv.lock")
if [ "$("$venv/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$version" ]; then
    echo "Installing uv $version ..."
    if "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$venv/bin/python" -m pip install --quiet --no-cache-dir --require-hashes -r "$work/uv.lock"
    else
        "$python" -m pip --python "$venv/bin/python" install --quiet --no-cache-dir --require-hashes -r "$work/uv.lock"
    fi
fi

echo "Installing the locked packages ..."
export VIRTUAL_ENV="$PWD/$venv"
# The machine's own certificates first, because behind a company's proxy only they are right; then those uv brings.
"$venv/bin/uv" --system-certs pip sync --require-hashes requirements.lock ||
    "$venv/bin/uv" --no-system-certs pip sync --require-hashes requirements.lock
"$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation --editable .
