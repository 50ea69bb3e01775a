/**
 * The script for bash: `source <(deck completion bash)`. It runs in bash 3.2, macOS's, too: no `mapfile`, no
 * negative indices, and no `compopt` there.
 */

export const bashScript = `# bash completion of deck. To have it in every shell: deck completion bash > /etc/bash_completion.d/deck
_deck() {
  COMPREPLY=()
  # bash splits words at = and : too; here a word ends at a space.
  local rest="\${COMP_LINE:0:COMP_POINT}" piece trimmed index words=()
  for ((index = 0; index <= COMP_CWORD; index++)); do
    piece="\${COMP_WORDS[index]}"
    trimmed="\${rest#"\${rest%%[![:space:]]*}"}"
    if ((index == COMP_CWORD)); then piece="$trimmed"; fi
    if ((index == 0)) || [[ "$trimmed" != "$rest" ]]; then words+=("$piece"); else words[\${#words[@]}-1]+="$piece"; fi
    rest="\${trimmed#"$piece"}"
  done
  local program="\${words[0]/#\\~/$HOME}" argv=()
  for piece in "\${words[@]:1}"; do
    case "$piece" in \\"*|\\'*) piece="\${piece:1}"; piece="\${piece%[\\"\\']}" ;; esac
    argv+=("\${piece//\\\\/}")
  done
  local out directive
  out="$("$program" __complete "\${argv[@]}" 2>/dev/null)" || return
  directive="\${out##*:}"
  out="\${out%:*}"
  local current="\${argv[\${#argv[@]}-1]}" head=""
  if [[ "$current" == --*=* ]]; then current="\${current#*=}"; fi
  # Of a word with = or :, bash replaces what stands behind the last of them.
  if [[ "$COMP_WORDBREAKS" == *[=:]* && "$current" == *[=:]* ]]; then head="\${current%"\${current##*[=:]}"}"; fi
  if ((directive & 16)); then
    compopt -o filenames +o default 2>/dev/null
    while IFS= read -r piece; do COMPREPLY+=("$piece"); done < <(compgen -d -- "$current")
  elif ((directive & 8)); then
    compopt -o filenames +o default 2>/dev/null
    while IFS= read -r piece; do
      if [[ -d "\${piece/#\\~/$HOME}" || $'\\n'"$out" == *$'\\n'"\${piece##*.}"$'\\n'* ]]; then COMPREPLY+=("$piece"); fi
    done < <(compgen -f -- "$current")
  else
    if ((directive & 4)); then compopt +o default 2>/dev/null; fi
    if ((directive & 2)); then compopt -o nospace 2>/dev/null; fi
    while IFS=$'\\t' read -r piece trimmed; do
      if [[ -n "$piece" ]]; then COMPREPLY+=("$(printf '%q' "\${piece#"$head"}")"); fi
    done <<< "$out"
  fi
}
complete -o default -F _deck deck kdeck
`
