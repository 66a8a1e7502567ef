//! `jeton vault backup`: a copy beside its place, verified, and named when it is whole.

use std::path::{Path, PathBuf};

use super::super::Place;
use super::super::draft::{self, Draft};
use crate::error::Error;
use crate::report::Report;
use crate::store::{self, Access, Location};

pub(super) fn run(file: &Path, place: &Place<'_>, out: &mut Report) -> Result<(), Error> {
    if file == Path::new("-") {
        return Err(Error::Grammar {
            message: "a backup is a file, and cannot be written to stdout".into(),
            hint: "name a new file, such as `jeton vault backup vault-backup.db`".into(),
        });
    }
    // Before the vault is opened, which has a log while it is.
    draft::must_be_free(file)?;
    store::must_be_apart(&Location::File(file.to_owned()))?;
    let mut vault = place.open(Access::Write)?;
    let mut unique = [0; 8];
    place.host.random()?.fill_bytes(&mut unique);
    let (draft, stream) = Draft::begin(file, &unique.map(|byte| format!("{byte:02x}")).concat())?;
    drop(stream);
    let tidy = place.host.tidy(all_of(draft.path()));
    let stock = vault.back_up(&Location::File(draft.path().to_owned()), place.host.now())?;
    let bytes = draft.path().metadata().map_err(|error| draft::failed(file, &error))?.len();
    draft.place()?;
    drop(tidy);
    out.backed_up(file, &stock, bytes)
}

/// A draft with what lies beside it while it is verified.
fn all_of(draft: &Path) -> Vec<PathBuf> {
    let beside = |end: &str| {
        let mut name = draft.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    ["", "-wal", "-shm"].map(beside).into()
}
