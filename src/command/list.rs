//! `jeton list`. Pages are taken and let go one by one: no lock is held while somebody reads.

use super::{Place, chosen, read_to_the_end};
use crate::cli;
use crate::error::Error;
use crate::report::Report;
use crate::report::list::{Style, Widths};
use crate::store::{Access, Page};
use crate::token::exit::Exit;
use crate::token::order::Order;
use crate::token::query::Query;
use crate::vault::Vault;

const PAGE: usize = 1000;

pub(super) fn run(args: &cli::List, place: &Place<'_>, out: &mut Report) -> Result<Exit, Error> {
    let style = match (args.quiet, args.format.json) {
        (true, _) => Style::Names,
        (_, true) => Style::Json,
        _ => Style::Table,
    };
    let now = place.host.now();
    out.at(now);
    let mut query = chosen(&args.selection, now)?.unwrap_or_default();
    let hides = !args.all && !args.selection.expired && query.statuses.is_none();
    if hides {
        query.statuses = Query::working(now).statuses;
    }
    let mut vault = place.open(Access::Read)?;
    let order = Order { by: args.sort, reverse: args.reverse, limit: args.limit, at: now, alone: false };
    let first = vault.page(&query, &order, None, PAGE)?;
    if first.tokens.is_empty() && style != Style::Json {
        let all = if hides { Query { statuses: None, ..query.clone() } } else { query };
        let some_are_hidden = hides && !vault.page(&all, &Order::default(), None, 1)?.tokens.is_empty();
        // A crontab mails whatever is said, and there is nothing to tell.
        if style == Style::Table && !args.exit_code {
            out.nothing_listed(some_are_hidden, all != Query::default());
        }
        return Ok(Exit::Done);
    }
    let exit = if args.exit_code && !first.tokens.is_empty() { Exit::Findings } else { Exit::Done };
    let mut widths = Widths::of(&args.columns);
    if style == Style::Table {
        measure(&mut vault, &query, &order, &first, &mut widths, out)?;
    }
    read_to_the_end(tell(&mut vault, &query, &order, first, style, &widths, out)).map(|()| exit)
}

/// All that is to be listed is measured before the first row is written. Where that is all there is, it does not matter
/// in which order, and the one of their creation costs least.
fn measure(
    vault: &mut Vault,
    query: &Query,
    order: &Order,
    first: &Page,
    widths: &mut Widths,
    out: &Report,
) -> Result<(), Error> {
    out.measure(widths, &first.tokens);
    let Some(cursor) = &first.next else { return Ok(()) };
    let (order, mut next) = match order.limit {
        Some(_) => (*order, Some(cursor.clone())),
        None => (Order::default(), None),
    };
    loop {
        let page = vault.page(query, &order, next.as_ref(), PAGE)?;
        out.measure(widths, &page.tokens);
        next = page.next;
        if next.is_none() {
            return Ok(());
        }
    }
}

fn tell(
    vault: &mut Vault,
    query: &Query,
    order: &Order,
    mut page: Page,
    style: Style,
    widths: &Widths,
    out: &mut Report,
) -> Result<(), Error> {
    let mut first = true;
    loop {
        out.page(style, widths, &page.tokens, first, page.next.is_none())?;
        first = false;
        match page.next {
            Some(cursor) => page = vault.page(query, order, Some(&cursor), PAGE)?,
            None => return out.flush(),
        }
    }
}
