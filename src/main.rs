//! The real host in, an exit code out.

use std::process::ExitCode;

use jeton::host::os::{self, OsHost};

fn main() -> ExitCode {
    os::keep_out_of_core_dumps();
    let argv: Vec<_> = std::env::args_os().collect();
    // The clipboard's helper is this binary too; it is nobody's command, so the grammar does not know it.
    if argv.get(1).is_some_and(|word| word == os::HELPER) {
        return os::keep();
    }
    ExitCode::from(jeton::run(argv, &OsHost).code())
}
