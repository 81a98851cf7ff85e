#compdef domo-users
# zsh completion for domo-users
_domo_users() {
  local line tab=$'\t'
  local -a lines found
  lines=("${(@f)$(domo-users complete "=${words[CURRENT]}" "${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
  for line in $lines; do
    if [[ $line == :files ]]; then
      _files
      return
    fi
    found+=("${${line%%$tab*}//:/\\:}:${line#*$tab}")
  done
  _describe domo-users found
}
if [[ $funcstack[1] == _domo_users ]]; then _domo_users "$@"; else compdef _domo_users domo-users; fi
