# fish completion for domo-users
function __domo_users_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (domo-users complete "=$current" $words[2..-1] 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            printf '%s\n' $line
        end
    end
end
complete -c domo-users -f -a '(__domo_users_complete)'
