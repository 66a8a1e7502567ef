//! `--github-env`: a secret for the steps of a job in GitHub Actions that follow. The runner reads stdout for
//! `::add-mask::`, after which it shows the secret in no log, and the file GITHUB_ENV for what is to be set.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::Place;
use crate::error::Error;
use crate::host::Stream;
use crate::report::Report;
use crate::token::secret::Secret;
use crate::token::variable::Variable;

pub(super) struct LaterSteps<'a> {
    variable: &'a Variable,
    path: PathBuf,
    file: File,
}

impl<'a> LaterSteps<'a> {
    /// # Errors
    /// [`Error::Input`] where no runner listens, or its file cannot be written.
    pub(super) fn new(variable: &'a Variable, place: &Place<'_>) -> Result<LaterSteps<'a>, Error> {
        let refused = |why: String, hint| Err(Error::Input { what: "--github-env".into(), why, hint });
        if place.host.var("GITHUB_ACTIONS").is_none_or(|value| value != "true") {
            return refused(
                "this is not GitHub Actions, and the mask would show the secret to everybody".into(),
                "leave it out, or write the secret to a file with `--output FILE`; nothing was made",
            );
        }
        if place.host.goes_nowhere(Stream::Out) {
            return refused(
                "stdout goes nowhere, and the runner would not learn what to mask".into(),
                "leave stdout as it is: nothing is shown on it; nothing was made",
            );
        }
        let Some(path) = place.host.var("GITHUB_ENV").filter(|path| !path.is_empty()).map(PathBuf::from) else {
            return refused(
                "the runner names no file in GITHUB_ENV".into(),
                "run jeton in a step of the job itself, not in a container without its variables; nothing was made",
            );
        };
        match open(&path) {
            Ok(file) => Ok(LaterSteps { variable, path, file }),
            Err(error) => refused(
                format!("the file {} in GITHUB_ENV: {error}", path.display()),
                "run jeton as the user of the runner, who can write it; nothing was made",
            ),
        }
    }

    /// Has the secret masked first, so that it is so wherever it may turn up, and then sets the variable.
    ///
    /// # Errors
    /// [`Error::NotHandedOn`]; the file is then as it was.
    pub(super) fn hand_on(&mut self, secret: &Secret, out: &mut Report) -> Result<(), Error> {
        let failed = |what: String| move |error: io::Error| Error::NotHandedOn { what, why: error.to_string() };
        out.mask(secret).map_err(|error| match error {
            Error::Output(error) => failed("stdout".into())(error),
            error => error,
        })?;
        let before = self.file.metadata().map(|meta| meta.len());
        let set = self.set(secret);
        if set.is_err()
            && let Ok(length) = before
        {
            // Half a line would become one with the next.
            drop(self.file.set_len(length));
        }
        set.map_err(failed(self.path.display().to_string()))
    }

    fn set(&mut self, secret: &Secret) -> io::Result<()> {
        let mut line = Zeroizing::new(Vec::with_capacity(1024));
        // A line that somebody left without an end stays a line of its own.
        let mut last = [b'\n'];
        if self.file.metadata()?.len() > 0 {
            self.file.seek(SeekFrom::End(-1))?;
            self.file.read_exact(&mut last)?;
        }
        if last != [b'\n'] {
            line.push(b'\n');
        }
        writeln!(line, "{}={}", self.variable, secret.expose())?;
        self.file.write_all(&line)?;
        self.file.sync_all()
    }
}

fn open(path: &PathBuf) -> io::Result<File> {
    // Opening a pipe would wait for whoever reads it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    OpenOptions::new().read(true).append(true).open(path)
}
