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
complete -c jeton -n "__fish_jeton_needs_command" -f -a "run" -d 'Run a command with secrets in its environment'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "verify" -d 'Check a secret: exit code 0 is yes, 10 to 19 no, anything else could not tell'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "rotate" -d 'Give a token a new secret; the old one stops at once, or after a grace'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "revoke" -d 'Revoke tokens: from now on nobody can use them'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "restore" -d 'Undo a revocation'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "edit" -d 'Change a token; its id and its secret stay'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "delete" -d 'Delete tokens for good'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "rm" -d 'Delete tokens for good'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "login" -d 'Log in: create a session token for yourself'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "logout" -d 'Log out: revoke all your sessions'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "unlock" -d 'Unlock the vault for a while: `copy`, `run` and `export --reveal` ask for no passphrase'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "lock" -d 'Lock the vault that was unlocked, at once'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "status" -d 'Tell whether the vault is unlocked, and for how long'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "policy" -d 'Show what this vault allows, or change it'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "log" -d 'Tell what was done to the vault, newest last'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "doctor" -d 'Tell what is wrong with the vault and its tokens, and the command that mends it'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "export" -d 'Write every token, with its digests, as JSON'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "import" -d 'Take tokens in from a file: all of them or none'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "serve" -d 'Answer over HTTP: for proxies, services and administrators'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "vault" -d 'Look after the vault itself'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "completions" -d 'Write a completion script for a shell to stdout'
complete -c jeton -n "__fish_jeton_needs_command" -f -a "help" -d 'Explain a command, or the exit codes'
complete -c jeton -n "__fish_jeton_using_subcommand create" -s d -l description -d 'What it is for' -r
complete -c jeton -n "__fish_jeton_using_subcommand create" -s e -l expires -d 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never [default: as the policy has it, else never]' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand create" -s s -l scope -d 'What it may do: `pinning.unpin`, `pinning.*` for all under it, `*` for all but jeton\'s own; repeat for more' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand create" -s t -l type -d 'client, admin (has every scope) or session (ends by `jeton logout`)' -r
complete -c jeton -n "__fish_jeton_using_subcommand create" -l owner -d 'Whose it is [default: you]' -r -f -a "(__fish_complete_users)"
complete -c jeton -n "__fish_jeton_using_subcommand create" -s l -l label -d 'A label such as env=production; project=web,shop is a set; repeat for other keys' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand create" -l max-uses -d 'How often it can be used [default: unlimited]' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand create" -l count -d 'Make so many, NAME-1 and so on; with --json one line for each' -r
complete -c jeton -n "__fish_jeton_using_subcommand create" -l from -d 'Read name, scopes and the rest from a request in JSON or JSON5, or from a list of requests; `-` is stdin' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand create" -l prefix -d 'What the secret begins with [default: as the policy has it, else jtn]' -r
complete -c jeton -n "__fish_jeton_using_subcommand create" -s o -l output -d 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand create" -l clear-after -d 'When to clear the clipboard, if the secret is still there: 45s, 2m, never' -r
complete -c jeton -n "__fish_jeton_using_subcommand create" -l github-env -d 'In GitHub Actions: mask the secret, and set this variable to it for the steps that follow' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand create" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand create" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand create" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand create" -l once -d 'Keep no sealed copy: the secret is shown now and never again'
complete -c jeton -n "__fish_jeton_using_subcommand create" -s p -l print -d 'Show the secret even when it was copied to the clipboard'
complete -c jeton -n "__fish_jeton_using_subcommand create" -l copy -d 'Copy the secret to the clipboard [default: at a terminal that has one]'
complete -c jeton -n "__fish_jeton_using_subcommand create" -l no-copy -d 'Do not copy the secret to the clipboard'
complete -c jeton -n "__fish_jeton_using_subcommand create" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c jeton -n "__fish_jeton_using_subcommand create" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand list" -l sort -d 'In this order: created (newest first), name, owner, type, status (active first), expires (soonest first, never last), last-used (latest first, never last)' -r -f -a "created\t''
name\t''
owner\t''
type\t''
status\t''
expires\t''
last-used\t''"
complete -c jeton -n "__fish_jeton_using_subcommand list" -l limit -d 'So many at most, the first in this order' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand list" -l columns -d 'These columns, and all of them however narrow the terminal is: name, id, status, type, owner, scopes, labels, description, left, expires, last-used, created, revoked, recoverable' -r -f -a "name\t''
id\t''
status\t''
type\t''
owner\t''
scopes\t''
labels\t''
description\t''
left\t''
expires\t''
last-used\t''
created\t''
revoked\t''
recoverable\t''"
complete -c jeton -n "__fish_jeton_using_subcommand list" -l owner -d 'It belongs to this owner' -r -f -a "(__fish_complete_users)"
complete -c jeton -n "__fish_jeton_using_subcommand list" -s t -l type -d 'It is of one of these types: client, admin, session' -r
complete -c jeton -n "__fish_jeton_using_subcommand list" -s l -l label -d 'It has this label, with one of these values or with `*`; repeat if it must have several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand list" -s s -l scope -d 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand list" -l status -d 'It is in one of these states: active, revoked, expired, used-up' -r -f -a "revoked\t''
expired\t''
used-up\t''
active\t''"
complete -c jeton -n "__fish_jeton_using_subcommand list" -l unused -d 'Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand list" -l expiring -d 'It still works, and its end comes within this time or by this date: 14d, 2027-01-31' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand list" -l created-before -d 'It was created before this: 90d, 2026-11-21' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand list" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand list" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand list" -s a -l all -d 'Include tokens that no longer work [default with --expired and --status]'
complete -c jeton -n "__fish_jeton_using_subcommand list" -l reverse -d 'From the last to the first'
complete -c jeton -n "__fish_jeton_using_subcommand list" -l exit-code -d 'Exit with 20 if there is any'
complete -c jeton -n "__fish_jeton_using_subcommand list" -s q -l quiet -d 'Names only, one a line'
complete -c jeton -n "__fish_jeton_using_subcommand list" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand list" -l never-used -d 'Nobody has ever used it'
complete -c jeton -n "__fish_jeton_using_subcommand list" -l expired -d 'Its end has come'
complete -c jeton -n "__fish_jeton_using_subcommand list" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l sort -d 'In this order: created (newest first), name, owner, type, status (active first), expires (soonest first, never last), last-used (latest first, never last)' -r -f -a "created\t''
name\t''
owner\t''
type\t''
status\t''
expires\t''
last-used\t''"
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l limit -d 'So many at most, the first in this order' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l columns -d 'These columns, and all of them however narrow the terminal is: name, id, status, type, owner, scopes, labels, description, left, expires, last-used, created, revoked, recoverable' -r -f -a "name\t''
id\t''
status\t''
type\t''
owner\t''
scopes\t''
labels\t''
description\t''
left\t''
expires\t''
last-used\t''
created\t''
revoked\t''
recoverable\t''"
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l owner -d 'It belongs to this owner' -r -f -a "(__fish_complete_users)"
complete -c jeton -n "__fish_jeton_using_subcommand ls" -s t -l type -d 'It is of one of these types: client, admin, session' -r
complete -c jeton -n "__fish_jeton_using_subcommand ls" -s l -l label -d 'It has this label, with one of these values or with `*`; repeat if it must have several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand ls" -s s -l scope -d 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l status -d 'It is in one of these states: active, revoked, expired, used-up' -r -f -a "revoked\t''
expired\t''
used-up\t''
active\t''"
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l unused -d 'Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l expiring -d 'It still works, and its end comes within this time or by this date: 14d, 2027-01-31' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l created-before -d 'It was created before this: 90d, 2026-11-21' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand ls" -s a -l all -d 'Include tokens that no longer work [default with --expired and --status]'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l reverse -d 'From the last to the first'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l exit-code -d 'Exit with 20 if there is any'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -s q -l quiet -d 'Names only, one a line'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l never-used -d 'Nobody has ever used it'
complete -c jeton -n "__fish_jeton_using_subcommand ls" -l expired -d 'Its end has come'
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
complete -c jeton -n "__fish_jeton_using_subcommand run" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand run" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand run" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l env -d 'Read the secret from this environment variable' -r
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l file -d 'Read the secret from this file; `-` is stdin' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand verify" -l owner -d 'It belongs to this owner' -r -f -a "(__fish_complete_users)"
complete -c jeton -n "__fish_jeton_using_subcommand verify" -s t -l type -d 'It is of one of these types: client, admin, session' -r
complete -c jeton -n "__fish_jeton_using_subcommand verify" -s l -l label -d 'It has this label, with one of these values or with `*`; repeat if it must have several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand verify" -s s -l scope -d 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several' -r -f
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
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l grace -d 'How long the old secret goes on working: 24h, 7d' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -s o -l output -d 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l clear-after -d 'When to clear the clipboard, if the secret is still there: 45s, 2m, never' -r
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l github-env -d 'In GitHub Actions: mask the secret, and set this variable to it for the steps that follow' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l finish -d 'End a grace now, unless an old secret has been used since the new one was made'
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l force -d 'With --finish: end it although an old secret has been used'
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -s p -l print -d 'Show the secret even when it was copied to the clipboard'
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l copy -d 'Copy the secret to the clipboard [default: at a terminal that has one]'
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l no-copy -d 'Do not copy the secret to the clipboard'
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l env -d 'Read a secret from this environment variable, and revoke what it opens' -r
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l file -d 'Read a secret from this file, and revoke what it opens; `-` is stdin' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l owner -d 'It belongs to this owner' -r -f -a "(__fish_complete_users)"
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -s t -l type -d 'It is of one of these types: client, admin, session' -r
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -s l -l label -d 'It has this label, with one of these values or with `*`; repeat if it must have several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -s s -l scope -d 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l status -d 'It is in one of these states: active, revoked, expired, used-up' -r -f -a "revoked\t''
expired\t''
used-up\t''
active\t''"
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l unused -d 'Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l expiring -d 'It still works, and its end comes within this time or by this date: 14d, 2027-01-31' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l created-before -d 'It was created before this: 90d, 2026-11-21' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l if-exists -d 'An unknown token or secret is no error'
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -s y -l yes -d 'Do not ask, however many there are'
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l never-used -d 'Nobody has ever used it'
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -l expired -d 'Its end has come'
complete -c jeton -n "__fish_jeton_using_subcommand revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand restore" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand restore" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand restore" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand restore" -s y -l yes -d 'Do not ask, however many there are'
complete -c jeton -n "__fish_jeton_using_subcommand restore" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand restore" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l name -d 'Call it so' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand edit" -s d -l description -d 'What it is for' -r
complete -c jeton -n "__fish_jeton_using_subcommand edit" -s e -l expires -d 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand edit" -s s -l scope -d 'What it may do, instead of all it may now; repeat for more' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l add-scope -d 'What it may do too' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l remove-scope -d 'What it may do no longer, as it was granted' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l owner -d 'Whose it is' -r -f -a "(__fish_complete_users)"
complete -c jeton -n "__fish_jeton_using_subcommand edit" -s l -l label -d 'A label to set: env=production, project=web,shop' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l remove-label -d 'A label to take away, by its key' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l max-uses -d 'How often it can be used in all, counting what was used under a limit before; or unlimited' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l forget -d 'Drop the sealed copy for good: the token stays valid and can never be copied again'
complete -c jeton -n "__fish_jeton_using_subcommand edit" -s y -l yes -d 'With --forget: do not ask'
complete -c jeton -n "__fish_jeton_using_subcommand edit" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand edit" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l owner -d 'It belongs to this owner' -r -f -a "(__fish_complete_users)"
complete -c jeton -n "__fish_jeton_using_subcommand delete" -s t -l type -d 'It is of one of these types: client, admin, session' -r
complete -c jeton -n "__fish_jeton_using_subcommand delete" -s l -l label -d 'It has this label, with one of these values or with `*`; repeat if it must have several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand delete" -s s -l scope -d 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l status -d 'It is in one of these states: active, revoked, expired, used-up' -r -f -a "revoked\t''
expired\t''
used-up\t''
active\t''"
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l unused -d 'Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l expiring -d 'It still works, and its end comes within this time or by this date: 14d, 2027-01-31' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l created-before -d 'It was created before this: 90d, 2026-11-21' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand delete" -s y -l yes -d 'Do not ask'
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l never-used -d 'Nobody has ever used it'
complete -c jeton -n "__fish_jeton_using_subcommand delete" -l expired -d 'Its end has come'
complete -c jeton -n "__fish_jeton_using_subcommand delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l owner -d 'It belongs to this owner' -r -f -a "(__fish_complete_users)"
complete -c jeton -n "__fish_jeton_using_subcommand rm" -s t -l type -d 'It is of one of these types: client, admin, session' -r
complete -c jeton -n "__fish_jeton_using_subcommand rm" -s l -l label -d 'It has this label, with one of these values or with `*`; repeat if it must have several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand rm" -s s -l scope -d 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l status -d 'It is in one of these states: active, revoked, expired, used-up' -r -f -a "revoked\t''
expired\t''
used-up\t''
active\t''"
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l unused -d 'Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l expiring -d 'It still works, and its end comes within this time or by this date: 14d, 2027-01-31' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l created-before -d 'It was created before this: 90d, 2026-11-21' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand rm" -s y -l yes -d 'Do not ask'
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l never-used -d 'Nobody has ever used it'
complete -c jeton -n "__fish_jeton_using_subcommand rm" -l expired -d 'Its end has come'
complete -c jeton -n "__fish_jeton_using_subcommand rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand login" -s s -l scope -d 'What it may do; repeat for more' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand login" -s o -l output -d 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand login" -l clear-after -d 'When to clear the clipboard, if the secret is still there: 45s, 2m, never' -r
complete -c jeton -n "__fish_jeton_using_subcommand login" -l github-env -d 'In GitHub Actions: mask the secret, and set this variable to it for the steps that follow' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand login" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand login" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand login" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand login" -s p -l print -d 'Show the secret even when it was copied to the clipboard'
complete -c jeton -n "__fish_jeton_using_subcommand login" -l copy -d 'Copy the secret to the clipboard [default: at a terminal that has one]'
complete -c jeton -n "__fish_jeton_using_subcommand login" -l no-copy -d 'Do not copy the secret to the clipboard'
complete -c jeton -n "__fish_jeton_using_subcommand login" -s q -l quiet -d 'Say nothing on stderr but failures'
complete -c jeton -n "__fish_jeton_using_subcommand login" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand logout" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand logout" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand logout" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand logout" -s a -l all -d 'Everybody\'s sessions'
complete -c jeton -n "__fish_jeton_using_subcommand logout" -s y -l yes -d 'Do not ask'
complete -c jeton -n "__fish_jeton_using_subcommand logout" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand logout" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand unlock" -l for -d 'How long: 15m, 8h' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand unlock" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand unlock" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand unlock" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand unlock" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand unlock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand lock" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand lock" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand lock" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand lock" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand lock" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand status" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand status" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand status" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand status" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and not __fish_seen_subcommand_from set unset scopes" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand policy; and not __fish_seen_subcommand_from set unset scopes" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand policy; and not __fish_seen_subcommand_from set unset scopes" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand policy; and not __fish_seen_subcommand_from set unset scopes" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and not __fish_seen_subcommand_from set unset scopes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and not __fish_seen_subcommand_from set unset scopes" -f -a "set" -d 'Set a rule'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and not __fish_seen_subcommand_from set unset scopes" -f -a "unset" -d 'Take a rule away'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and not __fish_seen_subcommand_from set unset scopes" -f -a "scopes" -d 'Show or change the catalogue of known scopes'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from set" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from set" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from set" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from set" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from unset" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from unset" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from unset" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from unset" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from scopes" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from scopes" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from scopes" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from scopes" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from scopes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from scopes" -f -a "add" -d 'Make scopes known'
complete -c jeton -n "__fish_jeton_using_subcommand policy; and __fish_seen_subcommand_from scopes" -f -a "remove" -d 'Make scopes unknown; tokens that have them keep them'
complete -c jeton -n "__fish_jeton_using_subcommand log" -l since -d 'Only what was done since: 2h, 90d, 2026-11-21, an RFC 3339 time' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand log" -l token -d 'Only what was done to this token, by its name or id; a deleted one too' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand log" -l head -d 'Print the head, to be kept elsewhere; with --check, prove that HEAD is an ancestor of the log' -r
complete -c jeton -n "__fish_jeton_using_subcommand log" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand log" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand log" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand log" -s f -l follow -d 'Go on, and tell what is done from now on'
complete -c jeton -n "__fish_jeton_using_subcommand log" -l check -d 'Check that no event was changed, removed or put in; exit code 7 if one was'
complete -c jeton -n "__fish_jeton_using_subcommand log" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand doctor" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand doctor" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand doctor" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand export" -s o -l output -d 'Write to a new file (mode 0600) instead of stdout; `-` is stdout' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand export" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand export" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand export" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand export" -l reveal -d 'Put in the secrets too, of which copies are kept; asks for the vault\'s passphrase'
complete -c jeton -n "__fish_jeton_using_subcommand export" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand import" -l only -d 'Only this one, by its variable or its name; repeat for more' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand import" -l owner -d 'Whose tokens are of which the file does not tell [default: you]' -r -f -a "(__fish_complete_users)"
complete -c jeton -n "__fish_jeton_using_subcommand import" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand import" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand import" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand import" -s n -l dry-run -d 'Only show what would happen'
complete -c jeton -n "__fish_jeton_using_subcommand import" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l listen -d 'Where to listen: an address with its port, or unix:/path; may be given several times [default: 127.0.0.1:8787]' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l tls-cert -d 'Speak TLS with this certificate and what it is signed by (PEM); it is read again when it changes' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l tls-key -d 'The certificate\'s private key (PEM)' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l secret-in -d 'Where the secret may stand in a request: `bearer`, the name of a header, or `pinning` for W3IPFS\'s two headers' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l public-url -d 'The address under which clients know the server: the issuer of OAuth\'s metadata [default: where it listens]' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l cache -d 'Keep what is known of tokens in at most so much memory, in MiB' -r
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l max-connections -d 'Serve at most so many connections at once; others wait until one ends' -r
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l fail-burst -d 'Let a client fail so often at once before it is slowed; 0 slows nobody' -r
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l fail-rate -d 'Let a client that is slowed fail so often in a second; 0 slows nobody' -r
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l trusted-proxy -d 'Believe this proxy, or a network of them, who its clients are (X-Forwarded-For); may be given several times' -r -f
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l log-format -d 'How it tells what it does, on stderr' -r -f -a "text\t''
json\t'One object on each line'"
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l log-level -d 'How much it tells; plain verifications are told from debug on' -r -f -a "error\t''
warn\t''
info\t''
debug\t''
trace\t''"
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand serve" -l insecure -d 'Listen on an address that others can reach, without TLS'
complete -c jeton -n "__fish_jeton_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init info passphrase backup compact" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init info passphrase backup compact" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init info passphrase backup compact" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init info passphrase backup compact" -s h -l help -d 'Print help'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init info passphrase backup compact" -f -a "init" -d 'Make an empty vault'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init info passphrase backup compact" -f -a "info" -d 'Tell what is in the vault and how it is kept'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init info passphrase backup compact" -f -a "passphrase" -d 'Change the passphrase, give one to a show-once vault, or take it away'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init info passphrase backup compact" -f -a "backup" -d 'Write a copy of the vault to a new file'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and not __fish_seen_subcommand_from init info passphrase backup compact" -f -a "compact" -d 'Rebuild the vault\'s file without the room that deletions have left in it'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from init" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from init" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from init" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from init" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from info" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from info" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from info" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from info" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l new-passphrase-file -d 'Read the new passphrase from a file instead of asking; `-` is stdin' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l remove -d 'Take the passphrase away, and drop every sealed copy for good; the tokens stay valid. It needs no passphrase'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -s y -l yes -d 'With --remove: do not ask'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from backup" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from backup" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from backup" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from backup" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from compact" -l vault -d 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from compact" -l passphrase-file -d 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]' -r -F
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from compact" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from compact" -l json -d 'Write JSON to stdout, and errors as JSON to stderr'
complete -c jeton -n "__fish_jeton_using_subcommand vault; and __fish_seen_subcommand_from compact" -s h -l help -d 'Print help'
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
