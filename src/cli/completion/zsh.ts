/**
 * The script for zsh: a file `_deck` in a folder of `$fpath`, or `source <(deck completion zsh)` after
 * `compinit`.
 */

export const zshScript = `#compdef deck kdeck
# zsh completion of deck. To have it in every shell: deck completion zsh > "\${fpath[1]}/_deck"
_deck() {
  local out directive line
  local -a lines items
  out="$("\${(Q)words[1]}" __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)" || return
  lines=("\${(@f)out}")
  directive="\${lines[-1]#:}"
  lines=("\${(@)lines[1,-2]}")
  if [[ "$PREFIX" == --*=* ]]; then compset -P '*='; fi
  # The same in a list with commas, and before the = of a report.
  local -a space=()
  if ((directive & 2)); then space=(-S ''); fi
  if ((directive & 16)); then
    _files -/
  elif ((directive & 8)); then
    _files -g "*.(\${(j:|:)lines})"
  else
    for line in "\${lines[@]}"; do
      if [[ "$line" == *$'\\t'* ]]; then
        items+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
      elif [[ -n "$line" ]]; then
        items+=("\${line//:/\\\\:}")
      fi
    done
    if ((\${#items})); then _describe -V deck items "\${space[@]}"; elif ! ((directive & 4)); then _files; fi
  fi
}
if [ "\${funcstack[1]}" = "_deck" ]; then _deck "$@"; else compdef _deck deck kdeck; fi
`
