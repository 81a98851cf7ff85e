# bash completion for domo-users
_domo_users() {
  local cur="${COMP_WORDS[COMP_CWORD]}" word value rest files= words=()
  # bash splits --dates=iso into three words.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [ "$word" = = ] || words+=("$word")
  done
  [ "$cur" = = ] && cur=
  COMPREPLY=()
  while IFS=$'\t' read -r value rest; do
    if [ "$value" = :files ]; then files=1; elif [ -n "$value" ]; then COMPREPLY+=("$value"); fi
  done < <(domo-users complete "=$cur" "${words[@]}" 2>/dev/null)
  # Without candidates bash completes the names of files.
  [ -n "$files" ] || compopt +o default 2>/dev/null
}
complete -o default -F _domo_users domo-users
