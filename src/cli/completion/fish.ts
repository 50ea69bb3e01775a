/** The script for fish: `deck completion fish | source`. */

export const fishScript = `# fish completion of deck. To have it in every shell: deck completion fish > ~/.config/fish/completions/deck.fish
function __deck_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l program $words[1]
  set -e words[1]
  set -l lines ($program __complete $words "$current" 2>/dev/null)
  or return
  set -l directive (string sub -s 2 -- $lines[-1])
  set -e lines[-1]
  set -l prefix (string match -r -- '^--[^=]*=' "$current")
  set -l value (string replace -r -- '^--[^=]*=' '' "$current")
  if test (math "bitand($directive, 16)") -ne 0
    __fish_complete_directories "$value" | string replace -r -- '^' "$prefix"
  else if test (math "bitand($directive, 8)") -ne 0
    __fish_complete_path "$value" | string match -r -- '^(?:.*/|.*\\.(?:'(string join '|' -- $lines)'))(?:\\t.*)?$' | string replace -r -- '^' "$prefix"
  else
    if test (count $lines) -gt 0
      string replace -r -- '^' "$prefix" $lines
    else if test (math "bitand($directive, 4)") -eq 0
      __fish_complete_path "$value" | string replace -r -- '^' "$prefix"
    end
  end
end
for program in deck kdeck
  complete -c $program -e
  complete -c $program -f -a '(__deck_complete)'
end
`
