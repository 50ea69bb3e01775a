#!/usr/bin/env bash
# Builds src/entities/regex/pcre2.wasm: PCRE2 10.46 (as crate pcre2-sys 0.2.10 has it) compiled by Zig 0.17.1 (as pip's ziglang has it).
# Run it to take a newer PCRE2; nothing else needs it. Why so: docs/decisions/2026-11-30-regex-engines.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pip install --quiet --target "$work/python" ziglang==0.17.1
mkdir "$work/crate"
cd "$work/crate"
printf '[package]\nname="pcre2"\nversion="0.1.0"\n[lib]\npath="lib.rs"\n[dependencies]\npcre2-sys="=0.2.10"\n' >Cargo.toml
touch lib.rs
cargo vendor --quiet vendor
upstream=vendor/pcre2-sys/upstream

unused='jit_|convert|dfa_match|serialize|substitute|maketables|ucptables|posix'
sources=$(ls $upstream/src/*.c | grep -vE "$unused")
# shellcheck disable=SC2086 # the list is one argument a file
"$work/python/ziglang/zig" cc -target wasm32-wasi -mexec-model=reactor -O2 -flto -s -Wl,--gc-sections \
  -DNDEBUG -DHAVE_CONFIG_H=1 -DHAVE_STDLIB_H=1 -DHAVE_MEMMOVE=1 -DPCRE2_STATIC \
  -DPCRE2_CODE_UNIT_WIDTH=8 -DSUPPORT_PCRE2_8 -DSUPPORT_UNICODE=1 \
  -I$upstream/include -I$upstream/src "$here/pcre2-calls.c" $sources -o "$here/../../src/entities/regex/pcre2.wasm"
