//! `jeton vault backup`: a copy beside its place, verified, and named when it is whole.

use std::path::Path;

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
    let (draft, stream) = Draft::begin(file, place)?;
    drop(stream);
    let stock = vault.back_up(&Location::File(draft.path().to_owned()), place.host.now())?;
    let bytes = draft.path().metadata().map_err(|error| draft::failed(file, &error))?.len();
    draft.place()?;
    out.backed_up(file, &stock, bytes)
}
