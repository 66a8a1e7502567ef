# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_jeton_global_optspecs
    string join \n vault= passphrase-file= color= h/help V/version
end

function __fish_jeton_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_jeton_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_jeton_using_subcommand
    set -l cmd (__fish_jeton_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c jeton -n "__fish_jeton_needs_command" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_needs_command" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_needs_command" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_needs_command" -s V -l version -d 'Print version'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "create" -d 'Create a token; its secret goes to the clipboard or stdout'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "list" -d 'List tokens, newest first'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "ls" -d 'List tokens, newest first'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "show" -d 'Show everything about one token but its secret'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "copy" -d 'Copy a token\'s secret to the clipboard'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "cp" -d 'Copy a token\'s secret to the clipboard'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "delete" -d 'Delete tokens for good'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "rm" -d 'Delete tokens for good'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "verify" -d 'Check a secret: exit code 0 is yes, 10 to 19 no, anything else could not tell'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "vault" -d 'Look after the vault itself'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "completions" -d 'Write a completion script for a shell to stdout'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "help" -d 'Explain a command, or the exit codes'
complete -c jeton -n "__fish_jeton_using_subcommand create" -s d -l description -d 'What it is for' -r
complete -c jeton -n "__fish_jeton_using_subcommand create" -s e -l expires -d 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand create" -l prefix -d 'What the secret begins with [default: jtn]' -r
complete -c jeton -n "__fish_jeton_using_subcommand create" -s o -l output -d 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand create" -l clear-after -d 'When to clear the clipboard, if the secret is still there: 45s, 2m, never' -r
complete -c jeton -n "__fish_jeton_using_subcommand create" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand create" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand create" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand create" -l once -d 'Keep no sealed copy: the secret is shown now and never again'
complete -c jeton -n "__fish_jeton_using_subcommand create" -s p -l print -d 'Show the secret even when it was copied to the clipboard'
complete -c jeton -n "__fish_jeton_using_subcommand create" -l copy -d 'Copy the secret to the clipboard [default: at a terminal that has one]'
complete -c jeton -n "__fish_jeton_using_subcommand create" -l no-copy -d 'Do not copy the secret to the clipboard'
complete -c jeton -n "__fish_jeton_using_subcommand create" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand list" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand list" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand list" -s a -l all -d 'Include tokens that no longer work'
complete -c jeton -n "__fish_jeton_using_subcommand list" -s q -l quiet -d 'Names only, one a line'
complete -c jeton -n "__fish_jeton_using_subcommand list" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand list" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand ls" -s a -l all -d 'Include tokens that no longer work'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -s q -l quiet -d 'Names only, one a line'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand show" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand show" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand show" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand show" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand show" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand copy" -l clear-after -d 'When to clear the clipboard, if the secret is still there: 45s, 2m, never' -r
complete -c jeton -n "__fish_jeton_using_subcommand copy" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand copy" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand copy" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand copy" -s p -l print -d 'Write the secret to stdout instead'
complete -c jeton -n "__fish_jeton_using_subcommand copy" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand copy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand cp" -l clear-after -d 'When to clear the clipboard, if the secret is still there: 45s, 2m, never' -r
complete -c jeton -n "__fish_jeton_using_subcommand cp" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand cp" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand cp" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand cp" -s p -l print -d 'Write the secret to stdout instead'
complete -c jeton -n "__fish_jeton_using_subcommand cp" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand cp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand delete" -s y -l yes -d 'Do not ask'
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand rm" -s y -l yes -d 'Do not ask'
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l env -d 'Read the secret from this environment variable' -r
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l file -d 'Read the secret from this file; `-` is stdin' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l batch -d 'Check one secret a line; writes one line of JSON for each'
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l peek -d 'Only look: count no use and note none'
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l explain -d 'Tell each check that was made, in order'
complete -c jeton -n "__fish_jeton_using_subcommand verify" -s q -l quiet -d 'Say nothing; the exit code tells'
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init" -f -a "init" -d 'Make an empty vault'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from init" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from init" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from init" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from init" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand completions" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand completions" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand help" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand help" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand help" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand help" -s h -l help -d 'Print help'
