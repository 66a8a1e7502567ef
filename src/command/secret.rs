//! How a secret comes in: from stdin, a variable, a file or a hidden prompt, and never as an argument.

use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::{Place, input_name};
use crate::error::Error;
use crate::host::{Stream, Unanswered, somebody_there};
use crate::token::secret;

/// A longer input than any secret is read this far, to tell one long line from two lines.
const MOST_READ: u64 = 1 << 20;

/// The one line that was presented, whatever it is. The end of input at the prompt is as an empty stdin.
pub(super) fn presented(
    variable: Option<&str>,
    file: Option<&Path>,
    place: &Place<'_>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    match (variable, file) {
        (Some(variable), _) => from_variable(variable, place),
        (None, Some(path)) => {
            let name = input_name(path);
            from_stream(place.input(path).map_err(|error| unreadable(&name, &error))?, &name)
        }
        (None, None) if !place.host.is_terminal(Stream::In) => from_stream(place.host.stdin(), "stdin"),
        (None, None) if somebody_there(place.host) => match place.host.ask_hidden("Secret: ") {
            Ok(typed) => Ok(Zeroizing::new(typed.as_bytes().to_vec())),
            Err(Unanswered::EndOfInput) => Ok(Zeroizing::default()),
            Err(unanswered) => Err(unanswered.into()),
        },
        (None, None) => Err(Error::NoSecretGiven),
    }
}

pub(super) fn unreadable(what: &str, error: &std::io::Error) -> Error {
    Error::Input {
        what: what.to_owned(),
        why: error.to_string(),
        hint: "name a file that holds one secret, or give it on stdin",
    }
}

fn from_variable(variable: &str, place: &Place<'_>) -> Result<Zeroizing<Vec<u8>>, Error> {
    use std::os::unix::ffi::OsStringExt;
    match place.host.var(variable) {
        Some(value) => one_line(Zeroizing::new(value.into_vec())),
        None => Err(Error::Input {
            what: format!("the environment variable `{variable}`"),
            why: "it is not set".into(),
            hint: "export it, or give the secret on stdin or with `--file PATH`",
        }),
    }
}

fn from_stream(stream: Box<dyn Read>, name: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Room for all of a secret from the start, so that growing leaves no copy of it behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    stream.take(MOST_READ).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    one_line(bytes)
}

fn one_line(bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Error> {
    if secret::trim_newline(&bytes).contains(&b'\n') { Err(Error::TwoLines) } else { Ok(bytes) }
}
