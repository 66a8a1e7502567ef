
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'jeton' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'jeton'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'jeton' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create a token; its secret goes to the clipboard or stdout')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List tokens, newest first')
            [CompletionResult]::new('ls', 'ls', [CompletionResultType]::ParameterValue, 'List tokens, newest first')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show everything about one token but its secret')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Copy a token''s secret to the clipboard')
            [CompletionResult]::new('cp', 'cp', [CompletionResultType]::ParameterValue, 'Copy a token''s secret to the clipboard')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run a command with secrets in its environment')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check a secret: exit code 0 is yes, 10 to 19 no, anything else could not tell')
            [CompletionResult]::new('rotate', 'rotate', [CompletionResultType]::ParameterValue, 'Give a token a new secret; the old one stops at once, or after a grace')
            [CompletionResult]::new('revoke', 'revoke', [CompletionResultType]::ParameterValue, 'Revoke tokens: from now on nobody can use them')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Undo a revocation')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Change a token; its id and its secret stay')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete tokens for good')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Delete tokens for good')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Log in: create a session token for yourself')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'Log out: revoke all your sessions')
            [CompletionResult]::new('unlock', 'unlock', [CompletionResultType]::ParameterValue, 'Unlock the vault for a while: `copy`, `run` and `export --reveal` ask for no passphrase')
            [CompletionResult]::new('lock', 'lock', [CompletionResultType]::ParameterValue, 'Lock the vault that was unlocked, at once')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Tell whether the vault is unlocked, and for how long')
            [CompletionResult]::new('policy', 'policy', [CompletionResultType]::ParameterValue, 'Show what this vault allows, or change it')
            [CompletionResult]::new('log', 'log', [CompletionResultType]::ParameterValue, 'Tell what was done to the vault, newest last')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Tell what is wrong with the vault and its tokens, and the command that mends it')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write every token, with its digests, as JSON')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take tokens in from a file: all of them or none')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Answer over HTTP: for proxies, services and administrators')
            [CompletionResult]::new('vault', 'vault', [CompletionResultType]::ParameterValue, 'Look after the vault itself')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Write a completion script for a shell to stdout')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Explain a command, or the exit codes')
            break
        }
        'jeton;create' {
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'What it is for')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What it is for')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never [default: as the policy has it, else never]')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never [default: as the policy has it, else never]')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'What it may do: `pinning.unpin`, `pinning.*` for all under it, `*` for all but jeton''s own; repeat for more')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'What it may do: `pinning.unpin`, `pinning.*` for all under it, `*` for all but jeton''s own; repeat for more')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'client, admin (has every scope) or session (ends by `jeton logout`)')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'client, admin (has every scope) or session (ends by `jeton logout`)')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Whose it is [default: you]')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'A label such as env=production; project=web,shop is a set; repeat for other keys')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'A label such as env=production; project=web,shop is a set; repeat for other keys')
            [CompletionResult]::new('--max-uses', '--max-uses', [CompletionResultType]::ParameterName, 'How often it can be used [default: unlimited]')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Make so many, NAME-1 and so on; with --json one line for each')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read name, scopes and the rest from a request in JSON or JSON5, or from a list of requests; `-` is stdin')
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'What the secret begins with [default: as the policy has it, else jtn]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout')
            [CompletionResult]::new('--clear-after', '--clear-after', [CompletionResultType]::ParameterName, 'When to clear the clipboard, if the secret is still there: 45s, 2m, never')
            [CompletionResult]::new('--github-env', '--github-env', [CompletionResultType]::ParameterName, 'In GitHub Actions: mask the secret, and set this variable to it for the steps that follow')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--once', '--once', [CompletionResultType]::ParameterName, 'Keep no sealed copy: the secret is shown now and never again')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Show the secret even when it was copied to the clipboard')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Show the secret even when it was copied to the clipboard')
            [CompletionResult]::new('--copy', '--copy', [CompletionResultType]::ParameterName, 'Copy the secret to the clipboard [default: at a terminal that has one]')
            [CompletionResult]::new('--no-copy', '--no-copy', [CompletionResultType]::ParameterName, 'Do not copy the secret to the clipboard')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but failures')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;list' {
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'In this order: created (newest first), name, owner, type, status (active first), expires (soonest first, never last), last-used (latest first, never last)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'So many at most, the first in this order')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'These columns, and all of them however narrow the terminal is: name, id, status, type, owner, scopes, labels, description, left, expires, last-used, created, revoked, recoverable')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'It belongs to this owner')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'It is in one of these states: active, revoked, expired, used-up')
            [CompletionResult]::new('--unused', '--unused', [CompletionResultType]::ParameterName, 'Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21')
            [CompletionResult]::new('--expiring', '--expiring', [CompletionResultType]::ParameterName, 'It still works, and its end comes within this time or by this date: 14d, 2027-01-31')
            [CompletionResult]::new('--created-before', '--created-before', [CompletionResultType]::ParameterName, 'It was created before this: 90d, 2026-11-21')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'Include tokens that no longer work [default with --expired and --status]')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Include tokens that no longer work [default with --expired and --status]')
            [CompletionResult]::new('--reverse', '--reverse', [CompletionResultType]::ParameterName, 'From the last to the first')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit with 20 if there is any')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Names only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Names only, one a line')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('--never-used', '--never-used', [CompletionResultType]::ParameterName, 'Nobody has ever used it')
            [CompletionResult]::new('--expired', '--expired', [CompletionResultType]::ParameterName, 'Its end has come')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;ls' {
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'In this order: created (newest first), name, owner, type, status (active first), expires (soonest first, never last), last-used (latest first, never last)')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'So many at most, the first in this order')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'These columns, and all of them however narrow the terminal is: name, id, status, type, owner, scopes, labels, description, left, expires, last-used, created, revoked, recoverable')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'It belongs to this owner')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'It is in one of these states: active, revoked, expired, used-up')
            [CompletionResult]::new('--unused', '--unused', [CompletionResultType]::ParameterName, 'Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21')
            [CompletionResult]::new('--expiring', '--expiring', [CompletionResultType]::ParameterName, 'It still works, and its end comes within this time or by this date: 14d, 2027-01-31')
            [CompletionResult]::new('--created-before', '--created-before', [CompletionResultType]::ParameterName, 'It was created before this: 90d, 2026-11-21')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'Include tokens that no longer work [default with --expired and --status]')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Include tokens that no longer work [default with --expired and --status]')
            [CompletionResult]::new('--reverse', '--reverse', [CompletionResultType]::ParameterName, 'From the last to the first')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit with 20 if there is any')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Names only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Names only, one a line')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('--never-used', '--never-used', [CompletionResultType]::ParameterName, 'Nobody has ever used it')
            [CompletionResult]::new('--expired', '--expired', [CompletionResultType]::ParameterName, 'Its end has come')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;show' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;copy' {
            [CompletionResult]::new('--clear-after', '--clear-after', [CompletionResultType]::ParameterName, 'When to clear the clipboard, if the secret is still there: 45s, 2m, never')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Write the secret to stdout instead')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Write the secret to stdout instead')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;cp' {
            [CompletionResult]::new('--clear-after', '--clear-after', [CompletionResultType]::ParameterName, 'When to clear the clipboard, if the secret is still there: 45s, 2m, never')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Write the secret to stdout instead')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Write the secret to stdout instead')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;run' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;verify' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Read the secret from this environment variable')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read the secret from this file; `-` is stdin')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'It belongs to this owner')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--batch', '--batch', [CompletionResultType]::ParameterName, 'Check one secret a line; writes one line of JSON for each')
            [CompletionResult]::new('--peek', '--peek', [CompletionResultType]::ParameterName, 'Only look: count no use and note none')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Tell each check that was made, in order')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing; the exit code tells')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing; the exit code tells')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;rotate' {
            [CompletionResult]::new('--grace', '--grace', [CompletionResultType]::ParameterName, 'How long the old secret goes on working: 24h, 7d')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout')
            [CompletionResult]::new('--clear-after', '--clear-after', [CompletionResultType]::ParameterName, 'When to clear the clipboard, if the secret is still there: 45s, 2m, never')
            [CompletionResult]::new('--github-env', '--github-env', [CompletionResultType]::ParameterName, 'In GitHub Actions: mask the secret, and set this variable to it for the steps that follow')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--finish', '--finish', [CompletionResultType]::ParameterName, 'End a grace now, unless an old secret has been used since the new one was made')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'With --finish: end it although an old secret has been used')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Show the secret even when it was copied to the clipboard')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Show the secret even when it was copied to the clipboard')
            [CompletionResult]::new('--copy', '--copy', [CompletionResultType]::ParameterName, 'Copy the secret to the clipboard [default: at a terminal that has one]')
            [CompletionResult]::new('--no-copy', '--no-copy', [CompletionResultType]::ParameterName, 'Do not copy the secret to the clipboard')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but failures')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;revoke' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Read a secret from this environment variable, and revoke what it opens')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read a secret from this file, and revoke what it opens; `-` is stdin')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'It belongs to this owner')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'It is in one of these states: active, revoked, expired, used-up')
            [CompletionResult]::new('--unused', '--unused', [CompletionResultType]::ParameterName, 'Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21')
            [CompletionResult]::new('--expiring', '--expiring', [CompletionResultType]::ParameterName, 'It still works, and its end comes within this time or by this date: 14d, 2027-01-31')
            [CompletionResult]::new('--created-before', '--created-before', [CompletionResultType]::ParameterName, 'It was created before this: 90d, 2026-11-21')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--if-exists', '--if-exists', [CompletionResultType]::ParameterName, 'An unknown token or secret is no error')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask, however many there are')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask, however many there are')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('--never-used', '--never-used', [CompletionResultType]::ParameterName, 'Nobody has ever used it')
            [CompletionResult]::new('--expired', '--expired', [CompletionResultType]::ParameterName, 'Its end has come')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;restore' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask, however many there are')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask, however many there are')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;edit' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Call it so')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'What it is for')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What it is for')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'What it may do, instead of all it may now; repeat for more')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'What it may do, instead of all it may now; repeat for more')
            [CompletionResult]::new('--add-scope', '--add-scope', [CompletionResultType]::ParameterName, 'What it may do too')
            [CompletionResult]::new('--remove-scope', '--remove-scope', [CompletionResultType]::ParameterName, 'What it may do no longer, as it was granted')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Whose it is')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'A label to set: env=production, project=web,shop')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'A label to set: env=production, project=web,shop')
            [CompletionResult]::new('--remove-label', '--remove-label', [CompletionResultType]::ParameterName, 'A label to take away, by its key')
            [CompletionResult]::new('--max-uses', '--max-uses', [CompletionResultType]::ParameterName, 'How often it can be used in all, counting what was used under a limit before; or unlimited')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--forget', '--forget', [CompletionResultType]::ParameterName, 'Drop the sealed copy for good: the token stays valid and can never be copied again')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'With --forget: do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'With --forget: do not ask')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;delete' {
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'It belongs to this owner')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'It is in one of these states: active, revoked, expired, used-up')
            [CompletionResult]::new('--unused', '--unused', [CompletionResultType]::ParameterName, 'Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21')
            [CompletionResult]::new('--expiring', '--expiring', [CompletionResultType]::ParameterName, 'It still works, and its end comes within this time or by this date: 14d, 2027-01-31')
            [CompletionResult]::new('--created-before', '--created-before', [CompletionResultType]::ParameterName, 'It was created before this: 90d, 2026-11-21')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('--never-used', '--never-used', [CompletionResultType]::ParameterName, 'Nobody has ever used it')
            [CompletionResult]::new('--expired', '--expired', [CompletionResultType]::ParameterName, 'Its end has come')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;rm' {
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'It belongs to this owner')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('--type', '--type', [CompletionResultType]::ParameterName, 'It is of one of these types: client, admin, session')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'It has this label, with one of these values or with `*`; repeat if it must have several')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'It may do this, by whatever grant, and an admin token everything; repeat if it must do several')
            [CompletionResult]::new('--status', '--status', [CompletionResultType]::ParameterName, 'It is in one of these states: active, revoked, expired, used-up')
            [CompletionResult]::new('--unused', '--unused', [CompletionResultType]::ParameterName, 'Nobody has used it, and no secret of it was made, for this long or since this date: 90d, 2026-11-21')
            [CompletionResult]::new('--expiring', '--expiring', [CompletionResultType]::ParameterName, 'It still works, and its end comes within this time or by this date: 14d, 2027-01-31')
            [CompletionResult]::new('--created-before', '--created-before', [CompletionResultType]::ParameterName, 'It was created before this: 90d, 2026-11-21')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('--never-used', '--never-used', [CompletionResultType]::ParameterName, 'Nobody has ever used it')
            [CompletionResult]::new('--expired', '--expired', [CompletionResultType]::ParameterName, 'Its end has come')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;login' {
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'What it may do; repeat for more')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'What it may do; repeat for more')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout')
            [CompletionResult]::new('--clear-after', '--clear-after', [CompletionResultType]::ParameterName, 'When to clear the clipboard, if the secret is still there: 45s, 2m, never')
            [CompletionResult]::new('--github-env', '--github-env', [CompletionResultType]::ParameterName, 'In GitHub Actions: mask the secret, and set this variable to it for the steps that follow')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Show the secret even when it was copied to the clipboard')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Show the secret even when it was copied to the clipboard')
            [CompletionResult]::new('--copy', '--copy', [CompletionResultType]::ParameterName, 'Copy the secret to the clipboard [default: at a terminal that has one]')
            [CompletionResult]::new('--no-copy', '--no-copy', [CompletionResultType]::ParameterName, 'Do not copy the secret to the clipboard')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but failures')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but failures')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;logout' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'Everybody''s sessions')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Everybody''s sessions')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;unlock' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'How long: 15m, 8h')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;lock' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;status' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;policy' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Set a rule')
            [CompletionResult]::new('unset', 'unset', [CompletionResultType]::ParameterValue, 'Take a rule away')
            [CompletionResult]::new('scopes', 'scopes', [CompletionResultType]::ParameterValue, 'Show or change the catalogue of known scopes')
            break
        }
        'jeton;policy;set' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;policy;unset' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;policy;scopes' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('add', 'add', [CompletionResultType]::ParameterValue, 'Make scopes known')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Make scopes unknown; tokens that have them keep them')
            break
        }
        'jeton;policy;scopes;add' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;policy;scopes;remove' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;log' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only what was done since: 2h, 90d, 2026-11-21, an RFC 3339 time')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Only what was done to this token, by its name or id; a deleted one too')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'Print the head, to be kept elsewhere; with --check, prove that HEAD is an ancestor of the log')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Go on, and tell what is done from now on')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Go on, and tell what is done from now on')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Check that no event was changed, removed or put in; exit code 7 if one was')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;doctor' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;export' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to a new file (mode 0600) instead of stdout; `-` is stdout')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to a new file (mode 0600) instead of stdout; `-` is stdout')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--reveal', '--reveal', [CompletionResultType]::ParameterName, 'Put in the secrets too, of which copies are kept; asks for the vault''s passphrase')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;import' {
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only this one, by its variable or its name; repeat for more')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Whose tokens are of which the file does not tell [default: you]')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Only show what would happen')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Only show what would happen')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;serve' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Where to listen: an address with its port, or unix:/path; may be given several times [default: 127.0.0.1:8787]')
            [CompletionResult]::new('--tls-cert', '--tls-cert', [CompletionResultType]::ParameterName, 'Speak TLS with this certificate and what it is signed by (PEM); it is read again when it changes')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'The certificate''s private key (PEM)')
            [CompletionResult]::new('--secret-in', '--secret-in', [CompletionResultType]::ParameterName, 'Where the secret may stand in a request: `bearer`, the name of a header, or `pinning` for W3IPFS''s two headers')
            [CompletionResult]::new('--public-url', '--public-url', [CompletionResultType]::ParameterName, 'The address under which clients know the server: the issuer of OAuth''s metadata [default: where it listens]')
            [CompletionResult]::new('--cache', '--cache', [CompletionResultType]::ParameterName, 'Keep what is known of tokens in at most so much memory, in MiB')
            [CompletionResult]::new('--max-connections', '--max-connections', [CompletionResultType]::ParameterName, 'Serve at most so many connections at once; others wait until one ends')
            [CompletionResult]::new('--fail-burst', '--fail-burst', [CompletionResultType]::ParameterName, 'Let a client fail so often at once before it is slowed; 0 slows nobody')
            [CompletionResult]::new('--fail-rate', '--fail-rate', [CompletionResultType]::ParameterName, 'Let a client that is slowed fail so often in a second; 0 slows nobody')
            [CompletionResult]::new('--trusted-proxy', '--trusted-proxy', [CompletionResultType]::ParameterName, 'Believe this proxy, or a network of them, who its clients are (X-Forwarded-For); may be given several times')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How it tells what it does, on stderr')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'How much it tells; plain verifications are told from debug on')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Listen on an address that others can reach, without TLS')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;vault' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make an empty vault')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Tell what is in the vault and how it is kept')
            [CompletionResult]::new('passphrase', 'passphrase', [CompletionResultType]::ParameterValue, 'Change the passphrase, give one to a show-once vault, or take it away')
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Write a copy of the vault to a new file')
            [CompletionResult]::new('compact', 'compact', [CompletionResultType]::ParameterValue, 'Rebuild the vault''s file without the room that deletions have left in it')
            break
        }
        'jeton;vault;init' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;vault;info' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;vault;passphrase' {
            [CompletionResult]::new('--new-passphrase-file', '--new-passphrase-file', [CompletionResultType]::ParameterName, 'Read the new passphrase from a file instead of asking; `-` is stdin')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--remove', '--remove', [CompletionResultType]::ParameterName, 'Take the passphrase away, and drop every sealed copy for good; the tokens stay valid. It needs no passphrase')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'With --remove: do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'With --remove: do not ask')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;vault;backup' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;vault;compact' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;completions' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;help' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
