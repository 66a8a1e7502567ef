//! `jeton export`: every token with its digests, and with its secrets where that is asked for. Pages are taken and let go
//! one by one, as by `list`.

use std::path::Path;

use super::Place;
use super::draft::{self, Draft};
use crate::cli;
use crate::error::Error;
use crate::host::Stream;
use crate::report::Report;
use crate::report::progress::Progress;
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::transfer::Leaving;
use crate::vault;

const PAGE: usize = 1000;

pub(super) fn run(args: &cli::Export, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let file = args.output.as_deref().filter(|file| *file != Path::new("-"));
    if let Some(file) = file {
        draft::must_be_free(file)?;
    }
    let mut vault = place.open(if args.reveal { Access::Write } else { Access::Read })?;
    let head = vault.head()?;
    let mut progress = out.progress("exporting", None);
    let (count, meanwhile) = if args.reveal {
        // Nobody is asked for a passphrase in vain.
        if !vault.has_key()? {
            return Err(vault::Error::ShowOnceVault.into());
        }
        let mut unlocked = place.unlock(&mut vault, None, &place.moment())?;
        let moment = place.moment();
        if file.is_none() && place.host.is_terminal(Stream::Out) {
            out.secrets_follow();
        }
        let count = write(file, place, &mut progress, out, |after| unlocked.leaving(after, PAGE, &moment))?;
        (count, false)
    } else {
        let count = write(file, place, &mut progress, out, |after| vault.leaving(after, PAGE))?;
        (count, vault.head()? != head)
    };
    drop(progress);
    out.exported(count.tokens, args.reveal.then_some(count.secrets), file, meanwhile);
    Ok(Exit::Done)
}

#[derive(Default)]
struct Count {
    tokens: usize,
    secrets: usize,
}

/// To stdout, or into a file that has its name when it is whole.
fn write(
    file: Option<&Path>,
    place: &Place<'_>,
    progress: &mut Progress,
    out: &mut Report,
    pages: impl FnMut(&str) -> Result<Vec<Leaving>, vault::Error>,
) -> Result<Count, Error> {
    let Some(path) = file else { return write_all(progress, out, pages) };
    let failed = |error| match error {
        Error::Output(error) => draft::failed(path, &error),
        error => error,
    };
    let (draft, file) = Draft::begin(path, place)?;
    let whole = file.try_clone().map_err(|error| draft::failed(path, &error))?;
    out.divert(Box::new(file));
    let count = write_all(progress, out, pages).map_err(failed)?;
    whole.sync_all().map_err(|error| draft::failed(path, &error))?;
    draft.place()?;
    Ok(count)
}

fn write_all(
    progress: &mut Progress,
    out: &mut Report,
    mut pages: impl FnMut(&str) -> Result<Vec<Leaving>, vault::Error>,
) -> Result<Count, Error> {
    let mut count = Count::default();
    let mut after = String::new();
    out.begin_export()?;
    loop {
        let page = pages(&after)?;
        out.leaving(&page)?;
        count.tokens += page.len();
        count.secrets += page.iter().flat_map(|leaving| &leaving.keys).filter(|(_, secret)| secret.is_some()).count();
        progress.advance(page.len() as u64);
        match page.last() {
            Some(last) => last.token.name.as_str().clone_into(&mut after),
            None => break,
        }
    }
    out.end_export()?;
    Ok(count)
}
