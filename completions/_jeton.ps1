
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
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete tokens for good')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Delete tokens for good')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Check a secret: exit code 0 is yes, 10 to 19 no, anything else could not tell')
            [CompletionResult]::new('vault', 'vault', [CompletionResultType]::ParameterValue, 'Look after the vault itself')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Write a completion script for a shell to stdout')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Explain a command, or the exit codes')
            break
        }
        'jeton;create' {
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'What it is for')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What it is for')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never')
            [CompletionResult]::new('--expires', '--expires', [CompletionResultType]::ParameterName, 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never')
            [CompletionResult]::new('--prefix', '--prefix', [CompletionResultType]::ParameterName, 'What the secret begins with [default: jtn]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout')
            [CompletionResult]::new('--clear-after', '--clear-after', [CompletionResultType]::ParameterName, 'When to clear the clipboard, if the secret is still there: 45s, 2m, never')
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--once', '--once', [CompletionResultType]::ParameterName, 'Keep no sealed copy: the secret is shown now and never again')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Show the secret even when it was copied to the clipboard')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Show the secret even when it was copied to the clipboard')
            [CompletionResult]::new('--copy', '--copy', [CompletionResultType]::ParameterName, 'Copy the secret to the clipboard [default: at a terminal that has one]')
            [CompletionResult]::new('--no-copy', '--no-copy', [CompletionResultType]::ParameterName, 'Do not copy the secret to the clipboard')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;list' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'Include tokens that no longer work')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Include tokens that no longer work')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Names only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Names only, one a line')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'jeton;ls' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'Include tokens that no longer work')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Include tokens that no longer work')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Names only, one a line')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Names only, one a line')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
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
        'jeton;delete' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;rm' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Write JSON to stdout, and errors as JSON to stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'jeton;verify' {
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Read the secret from this environment variable')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read the secret from this file; `-` is stdin')
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
        'jeton;vault' {
            [CompletionResult]::new('--vault', '--vault', [CompletionResultType]::ParameterName, 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]')
            [CompletionResult]::new('--passphrase-file', '--passphrase-file', [CompletionResultType]::ParameterName, 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Make an empty vault')
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
