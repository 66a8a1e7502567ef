
use builtin;
use str;

set edit:completion:arg-completer[jeton] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'jeton'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'jeton'= {
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand create 'Create a token; its secret goes to the clipboard or stdout'
            cand list 'List tokens, newest first'
            cand ls 'List tokens, newest first'
            cand show 'Show everything about one token but its secret'
            cand copy 'Copy a token''s secret to the clipboard'
            cand cp 'Copy a token''s secret to the clipboard'
            cand delete 'Delete tokens for good'
            cand rm 'Delete tokens for good'
            cand verify 'Check a secret: exit code 0 is yes, 10 to 19 no, anything else could not tell'
            cand vault 'Look after the vault itself'
            cand completions 'Write a completion script for a shell to stdout'
            cand help 'Explain a command, or the exit codes'
        }
        &'jeton;create'= {
            cand -d 'What it is for'
            cand --description 'What it is for'
            cand -e 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never'
            cand --expires 'When it ends: 90d, 12h, 30m, 3mo, 2027-01-31 (its end, UTC), an RFC 3339 time, or never'
            cand --prefix 'What the secret begins with [default: jtn]'
            cand -o 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout'
            cand --output 'Write the secret to a new file (mode 0600) instead of stdout; `-` is stdout'
            cand --clear-after 'When to clear the clipboard, if the secret is still there: 45s, 2m, never'
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand --once 'Keep no sealed copy: the secret is shown now and never again'
            cand -p 'Show the secret even when it was copied to the clipboard'
            cand --print 'Show the secret even when it was copied to the clipboard'
            cand --copy 'Copy the secret to the clipboard [default: at a terminal that has one]'
            cand --no-copy 'Do not copy the secret to the clipboard'
            cand --json 'Write JSON to stdout, and errors as JSON to stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'jeton;list'= {
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand -a 'Include tokens that no longer work'
            cand --all 'Include tokens that no longer work'
            cand -q 'Names only, one a line'
            cand --quiet 'Names only, one a line'
            cand --json 'Write JSON to stdout, and errors as JSON to stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'jeton;ls'= {
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand -a 'Include tokens that no longer work'
            cand --all 'Include tokens that no longer work'
            cand -q 'Names only, one a line'
            cand --quiet 'Names only, one a line'
            cand --json 'Write JSON to stdout, and errors as JSON to stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'jeton;show'= {
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand --json 'Write JSON to stdout, and errors as JSON to stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'jeton;copy'= {
            cand --clear-after 'When to clear the clipboard, if the secret is still there: 45s, 2m, never'
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand -p 'Write the secret to stdout instead'
            cand --print 'Write the secret to stdout instead'
            cand --json 'Write JSON to stdout, and errors as JSON to stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'jeton;cp'= {
            cand --clear-after 'When to clear the clipboard, if the secret is still there: 45s, 2m, never'
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand -p 'Write the secret to stdout instead'
            cand --print 'Write the secret to stdout instead'
            cand --json 'Write JSON to stdout, and errors as JSON to stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'jeton;delete'= {
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --json 'Write JSON to stdout, and errors as JSON to stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'jeton;rm'= {
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --json 'Write JSON to stdout, and errors as JSON to stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'jeton;verify'= {
            cand --env 'Read the secret from this environment variable'
            cand --file 'Read the secret from this file; `-` is stdin'
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand --batch 'Check one secret a line; writes one line of JSON for each'
            cand --peek 'Only look: count no use and note none'
            cand --explain 'Tell each check that was made, in order'
            cand -q 'Say nothing; the exit code tells'
            cand --quiet 'Say nothing; the exit code tells'
            cand --json 'Write JSON to stdout, and errors as JSON to stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'jeton;vault'= {
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand -h 'Print help'
            cand --help 'Print help'
            cand init 'Make an empty vault'
        }
        &'jeton;vault;init'= {
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand --json 'Write JSON to stdout, and errors as JSON to stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'jeton;completions'= {
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'jeton;help'= {
            cand --vault 'The vault to use [default: JETON_VAULT, else vault.db in your data directory]'
            cand --passphrase-file 'Read the passphrase from a file instead of asking; `-` is stdin [also: JETON_PASSPHRASE_FILE, JETON_PASSPHRASE]'
            cand --color 'When to use colour'
            cand -h 'Print help'
            cand --help 'Print help'
        }
    ]
    $completions[$command]
}
