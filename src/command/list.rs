//! `jeton list`. Pages are taken and let go one by one: no lock is held while somebody reads.

use super::{Place, chosen, read_to_the_end};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::report::list::{Style, Widths};
use crate::store::Access;
use crate::token::exit::Exit;
use crate::token::query::Query;
use crate::vault::Vault;

const PAGE: usize = 1000;

pub(super) fn run(args: &cli::List, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let mut vault = place.open(Access::Read)?;
    let style = match (args.quiet, args.format.json) {
        (true, _) => Style::Names,
        (_, true) => Style::Json,
        _ => Style::Table,
    };
    let now = place.host.now();
    out.at(now);
    let hidden = !args.all && !args.selection.expired;
    let query = chosen(&args.selection, now)?.unwrap_or_default();
    let query = Query { working_at: hidden.then_some(now), ..query };
    read_to_the_end(list(&mut vault, &query, style, out)).map(|()| Exit::Done)
}

fn list(vault: &mut Vault, query: &Query, style: Style, out: &mut Report) -> Result<(), Error> {
    let mut page = vault.page(query, None, PAGE)?;
    if page.tokens.is_empty() && style != Style::Json {
        let all = Query { working_at: None, ..query.clone() };
        let some_are_hidden = query.working_at.is_some() && !vault.page(&all, None, 1)?.tokens.is_empty();
        out.nothing_listed(some_are_hidden, all != Query::default());
        return Ok(());
    }
    let mut widths = Widths::default();
    if style == Style::Table {
        out.measure(&mut widths, &page.tokens);
        let mut next = page.next;
        while let Some(cursor) = next {
            let ahead = vault.page(query, Some(cursor), PAGE)?;
            out.measure(&mut widths, &ahead.tokens);
            next = ahead.next;
        }
    }
    let mut first = true;
    loop {
        out.page(style, &widths, &page.tokens, first, page.next.is_none())?;
        first = false;
        match page.next {
            Some(cursor) => page = vault.page(query, Some(cursor), PAGE)?,
            None => return out.flush(),
        }
    }
}
