//! Pages of a list in any order, in memory that does not grow with the vault. An index gives the order where there is
//! one, so that nothing is sorted and reading ends with the page. Where there is none, one pass finds the next hundred
//! thousand or so and keeps only their numbers.

use std::collections::BinaryHeap;
use std::sync::Arc;

use rusqlite::{Connection as Db, OptionalExtension, params_from_iter};

use super::fault::Fault;
use super::select::Select;
use crate::store::Page;
use crate::token::order::{By, Cursor, Order, Place, Then};
use crate::token::query::Query;
use crate::token::record::Token;

/// How many places one pass finds: 3 MiB of them.
const WINDOW: usize = 1 << 17;
/// No token was created at the beginning of time.
const BEFORE_ALL: Place = [i64::MIN; 3];

pub(super) fn page(db: &Db, query: &Query, order: &Order, after: Option<&Cursor>, most: usize) -> Result<Page, Fault> {
    page_by(db, query, order, after, most, WINDOW)
}

fn page_by(
    db: &Db,
    query: &Query,
    order: &Order,
    after: Option<&Cursor>,
    most: usize,
    window: usize,
) -> Result<Page, Fault> {
    let left = after.map_or(order.limit, |cursor| cursor.left);
    let most = left.map_or(most, |left| left.min(most));
    let window = left.map_or(window, |left| left.min(window));
    let window = if order.alone { most } else { window };
    // One transaction: the locks of several statements are then paid once.
    let db = db.unchecked_transaction()?;
    let mut reading = Reading { db: &db, query, order, most, window, tokens: Vec::with_capacity(most.min(1024)) };
    let then = reading.on(after.map(|cursor| &cursor.then))?;
    let tokens = reading.tokens.into_iter().map(|(_, token)| token).collect::<Vec<_>>();
    db.finish()?;
    let left = left.map(|left| left - tokens.len());
    let next = then.filter(|_| left != Some(0)).map(|then| Cursor { then, left });
    Ok(Page { tokens, next })
}

/// One page as it is being read, with the store's numbers.
struct Reading<'a> {
    db: &'a Db,
    query: &'a Query,
    order: &'a Order,
    most: usize,
    window: usize,
    tokens: Vec<(i64, Token)>,
}

impl Reading<'_> {
    /// Reads on from there, or from the beginning; what comes then, if the page is full.
    fn on(&mut self, then: Option<&Then>) -> Result<Option<Then>, Fault> {
        match (self.order.by, then) {
            (By::Created, Some(Then::Created { at, seq })) => self.by_creation(Some((*at, *seq))),
            (By::Created, _) => self.by_creation(None),
            (By::Name, Some(Then::Name(name))) => self.by_name(Some(name)),
            (By::Name, _) => self.by_name(None),
            (By::Owner, Some(Then::Owner { owner, at, seq })) => self.by_owner(Some((owner, *at, *seq))),
            (By::Owner, _) => self.by_owner(None),
            (_, Some(Then::Ranked { known, told, after })) => self.by_rank(known, *told, *after),
            (_, _) => self.by_rank(&Arc::default(), 0, Some(BEFORE_ALL)),
        }
    }

    fn by_creation(&mut self, after: Option<(i64, i64)>) -> Result<Option<Then>, Fault> {
        self.of_owner(self.query.filter.owner.as_deref(), after)?;
        Ok(self.last().map(|(seq, token)| Then::Created { at: token.created_at.as_millisecond(), seq }))
    }

    /// All tokens, or those of an owner, in the order of their creation. The rest of a millisecond is asked for by
    /// itself: a comparison of both at once does not find its place in the index, and a million tokens may have been
    /// made in one.
    fn of_owner(&mut self, owner: Option<&str>, after: Option<(i64, i64)>) -> Result<(), Fault> {
        let Some((at, seq)) = after else { return self.take(self.created(owner, Since::Ever)) };
        self.take(self.created(owner, Since::Within(at, seq)))?;
        if self.tokens.len() == self.most { Ok(()) } else { self.take(self.created(owner, Since::After(at))) }
    }

    fn created(&self, owner: Option<&str>, since: Since) -> Select {
        let mut select = Select::tokens(self.query);
        if let Some(owner) = owner {
            select.and("t.owner = ?", [owner.to_owned().into()]);
        }
        let reverse = self.order.reverse;
        match since {
            Since::Ever => {}
            Since::Within(at, seq) => {
                let rest = if reverse { "t.created_at = ? AND t.seq > ?" } else { "t.created_at = ? AND t.seq < ?" };
                select.and(rest, [at.into(), seq.into()]);
            }
            Since::After(at) => {
                select.and(if reverse { "t.created_at > ?" } else { "t.created_at < ?" }, [at.into()]);
            }
        }
        select.by_creation(reverse)
    }

    fn by_name(&mut self, after: Option<&str>) -> Result<Option<Then>, Fault> {
        self.take(self.named(after))?;
        Ok(self.last().map(|(_, token)| Then::Name(token.name.to_string())))
    }

    fn named(&self, after: Option<&str>) -> Select {
        let mut select = Select::tokens(self.query);
        if let Some(owner) = &self.query.filter.owner {
            // Without the `+` the owners' index could be taken, and everything be sorted.
            select.and("+t.owner = ?", [owner.clone().into()]);
        }
        let (after_it, order) =
            if self.order.reverse { ("t.name < ?", "t.name DESC") } else { ("t.name > ?", "t.name") };
        if let Some(name) = after {
            select.and(after_it, [name.to_owned().into()]);
        }
        select.ordered(order)
    }

    /// Owner after owner, each by creation: the index has owners and times in one direction only.
    fn by_owner(&mut self, after: Option<(&str, i64, i64)>) -> Result<Option<Then>, Fault> {
        let mut owner = match (after, &self.query.filter.owner) {
            (Some((owner, ..)), _) => Some(owner.to_owned()),
            (None, Some(only)) => Some(only.clone()),
            (None, None) => self.next_owner(None)?,
        };
        let mut start = after.map(|(_, at, seq)| (at, seq));
        while let Some(this) = owner {
            self.of_owner(Some(&this), start.take())?;
            if let Some((seq, token)) = self.last() {
                return Ok(Some(Then::Owner { owner: this, at: token.created_at.as_millisecond(), seq }));
            }
            owner = match &self.query.filter.owner {
                Some(_) => None,
                None => self.next_owner(Some(&this))?,
            };
        }
        Ok(None)
    }

    fn next_owner(&self, after: Option<&str>) -> Result<Option<String>, Fault> {
        let sql = match (after, self.order.reverse) {
            (None, false) => "SELECT owner FROM token ORDER BY owner LIMIT 1",
            (None, true) => "SELECT owner FROM token ORDER BY owner DESC LIMIT 1",
            (Some(_), false) => "SELECT owner FROM token WHERE owner > ? ORDER BY owner LIMIT 1",
            (Some(_), true) => "SELECT owner FROM token WHERE owner < ? ORDER BY owner DESC LIMIT 1",
        };
        let owner = self.db.prepare_cached(sql)?.query_row(params_from_iter(after), |row| row.get(0));
        Ok(owner.optional()?)
    }

    /// Tokens by their numbers, which a pass has found out, from the one at `told`; and then the next pass, if there is
    /// one to make.
    fn by_rank(&mut self, known: &Arc<[i64]>, told: usize, after: Option<Place>) -> Result<Option<Then>, Fault> {
        let (mut known, mut told, mut after) = (known.clone(), told, after);
        loop {
            while told < known.len() && self.tokens.len() < self.most {
                // What changed since the pass must match still.
                self.take(numbered(known[told]))?;
                told += 1;
            }
            match after {
                None if told == known.len() => return Ok(None),
                Some(place) if self.tokens.len() < self.most => {
                    (known, after) = self.look_ahead(place)?;
                    told = 0;
                }
                _ => return Ok(Some(Then::Ranked { known, told, after })),
            }
        }
    }

    /// One pass: the first in order after that place, by their numbers, and the last one's place if there may be more.
    fn look_ahead(&self, after: Place) -> Result<(Arc<[i64]>, Option<Place>), Fault> {
        let decided = Select::decides(self.query);
        // The worst of those that were kept stands on top.
        let mut first: BinaryHeap<Place> = BinaryHeap::new();
        Select::ranks(self.query, self.order).each(self.db, |seq, created_at, rank| {
            let place = self.order.place(rank, created_at, seq);
            let full = first.len() == self.window;
            if place <= after || full && first.peek().is_none_or(|worst| place >= *worst) {
                return Ok(());
            }
            if decided || self.matches(seq)? {
                if full {
                    first.pop();
                }
                first.push(place);
            }
            Ok(())
        })?;
        let first = first.into_sorted_vec();
        let more = first.last().copied().filter(|_| first.len() == self.window);
        Ok((first.into_iter().map(|place| self.order.seq(place)).collect(), more))
    }

    fn matches(&self, seq: i64) -> Result<bool, Fault> {
        let mut matches = false;
        numbered(seq).read(self.db, |_, token| {
            matches = self.query.matches(&token);
            true
        })?;
        Ok(matches)
    }

    /// The tokens that match, until the page is full.
    fn take(&mut self, select: Select) -> Result<(), Fault> {
        let (query, most) = (self.query, self.most);
        let tokens = &mut self.tokens;
        select.read(self.db, |seq, token| {
            if query.matches(&token) {
                tokens.push((seq, token));
            }
            tokens.len() == most
        })
    }

    /// The last token of a page that is full.
    fn last(&self) -> Option<(i64, &Token)> {
        let (seq, token) = self.tokens.last().filter(|_| self.tokens.len() == self.most)?;
        Some((*seq, token))
    }
}

fn numbered(seq: i64) -> Select {
    let mut select = Select::tokens(&Query::default());
    select.and("t.seq = ?", [seq.into()]);
    select
}

/// From where on in the order of creation.
#[derive(Clone, Copy)]
enum Since {
    Ever,
    /// What was created at this millisecond, after this number.
    Within(i64, i64),
    /// What was created after this millisecond.
    After(i64),
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rusqlite::params;

    use super::super::format::SCHEMA;
    use super::*;
    use crate::token::query::{Expiring, Filter};
    use crate::token::record::{Status, Type};

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    /// Tokens of few owners, times and kinds, so that much is equal. Some have two secrets.
    fn vault(tokens: i64) -> Db {
        let db = Db::open_in_memory().unwrap();
        db.execute_batch(SCHEMA[0]).unwrap();
        for n in 0..tokens {
            let kind = ["client", "admin", "session"][(n % 3) as usize];
            db.execute(
                "INSERT INTO token VALUES (?1, ?2, ?3, ?4, ?5, '[]', '{}', '', ?6, ?7, ?8, 1, ?9)",
                params![
                    n + 1,
                    format!("jtn_{n:012}"),
                    format!("t{}", n * 7919 % 1000),
                    kind,
                    ["bob", "alice", "Zoë"][(n / 2 % 3) as usize],
                    n / 4,
                    (n % 5 != 0).then_some(50 + n % 7),
                    (n % 4 == 0).then_some(n % 3),
                    (n % 6 == 0).then_some(1),
                ],
            )
            .unwrap();
            for secret in 0..=i64::from(n % 5 == 1) {
                db.execute(
                    "INSERT INTO secret VALUES (?1, randomblob(32), NULL, ?2, ?3, ?4)",
                    params![n + 1, n / 4, (secret > 0).then_some(9), (n % 3 == 1).then_some(60 + (n + secret) % 5)],
                )
                .unwrap();
            }
        }
        db
    }

    fn orders() -> impl Iterator<Item = Order> {
        let both = |by| [false, true].map(|reverse| Order { by, reverse, at: at(53), ..Order::default() });
        By::ALL.into_iter().flat_map(both)
    }

    fn queries() -> Vec<Query> {
        let owner = |owner: &str| Filter { owner: Some(owner.into()), ..Filter::default() };
        let admins = Filter { types: vec![Type::Admin, Type::Session], ..owner("alice") };
        let statuses = Some((vec![Status::UsedUp, Status::Revoked], at(53)));
        vec![
            Query::default(),
            Query::working(at(53)),
            Query { filter: owner("bob"), ..Query::default() },
            Query { filter: admins, created_before: Some(at(9)), ..Query::default() },
            Query { expiring: Some(Expiring { now: at(51), by: at(55) }), never_used: true, ..Query::default() },
            Query { statuses, expired_at: Some(at(52)), ..Query::default() },
        ]
    }

    /// All pages one after the other.
    fn listed(db: &Db, query: &Query, order: &Order, most: usize, window: usize) -> Vec<String> {
        let (mut names, mut after) = (Vec::new(), None::<Cursor>);
        loop {
            let page = page_by(db, query, order, after.as_ref(), most, window).unwrap();
            assert!(page.tokens.len() == most || page.next.is_none(), "only the last page is not full");
            names.extend(page.tokens.iter().map(|token| token.name.to_string()));
            after = page.next;
            if let Some(Cursor { then: Then::Ranked { known, told, after: place }, .. }) = &mut after
                && order.alone
            {
                assert!(*told == known.len() && place.is_some(), "it is no more than a place");
                (*known, *told) = (Arc::default(), 0);
            }
            if after.is_none() {
                return names;
            }
        }
    }

    /// As the documentation of [`By`] says it.
    fn sorted(mut tokens: Vec<(i64, Token)>, order: &Order) -> Vec<String> {
        // Newest first.
        tokens.sort_by_key(|(seq, token)| (token.created_at, *seq));
        tokens.reverse();
        let never = at(1_000_000);
        match order.by {
            By::Created => {}
            By::Name => tokens.sort_by_key(|(_, token)| token.name.to_string()),
            By::Owner => tokens.sort_by_key(|(_, token)| token.owner.clone()),
            By::Type => tokens.sort_by_key(|(_, token)| token.kind.word()),
            By::Status => {
                let words = ["active", "used-up", "expired", "revoked"];
                tokens.sort_by_key(|(_, token)| words.iter().position(|word| *word == token.status(order.at).word()));
            }
            By::Expires => tokens.sort_by_key(|(_, token)| token.expires_at.unwrap_or(never)),
            By::LastUsed => tokens.sort_by_key(|(_, token)| std::cmp::Reverse(token.last_used_at())),
        }
        if order.reverse {
            tokens.reverse();
        }
        tokens.into_iter().take(order.limit.unwrap_or(usize::MAX)).map(|(_, token)| token.name.to_string()).collect()
    }

    #[test]
    fn every_order_is_what_it_says_across_pages_and_passes() {
        let db = vault(83);
        let mut all = Vec::new();
        Select::tokens(&Query::default())
            .read(&db, |seq, token| {
                all.push((seq, token));
                false
            })
            .unwrap();
        assert_eq!(all.len(), 83);
        for query in queries() {
            let matching: Vec<_> = all.iter().filter(|(_, token)| query.matches(token)).cloned().collect();
            assert!(!matching.is_empty(), "{query:?}");
            for order in orders() {
                for (limit, most, window) in
                    [(None, 100, 100), (None, 5, 12), (None, 7, 7), (None, 9, 4), (Some(1), 10, 50), (Some(17), 5, 11)]
                {
                    for alone in [false, true].into_iter().filter(|alone| !alone || limit.is_none()) {
                        let order = Order { limit, alone, ..order };
                        let names = listed(&db, &query, &order, most, window);
                        assert_eq!(names, sorted(matching.clone(), &order), "{query:?} {order:?} {most} {window}");
                    }
                }
            }
        }
    }

    /// How SQLite goes about it.
    fn plan(db: &Db, select: Select) -> String {
        let mut explained = db.prepare(&format!("EXPLAIN QUERY PLAN {}", select.sql)).unwrap();
        let steps = explained.query_map(params_from_iter(select.values), |row| row.get::<_, String>(3)).unwrap();
        steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn an_index_gives_each_order_however_it_is_filtered_and_nothing_is_sorted() {
        let db = vault(10);
        db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
        for query in queries() {
            for order in orders() {
                let reading = Reading { db: &db, query: &query, order: &order, most: 1, window: 1, tokens: Vec::new() };
                // Newest first, but from a to z.
                let (after, behind) = if order.reverse { (">", "<") } else { ("<", ">") };
                let all = "SCAN t USING INDEX token_created";
                let pass =
                    if query.filter.owner.is_some() { "SEARCH t USING INDEX token_owner (owner=?)" } else { all };
                for (select, way) in [
                    (reading.created(None, Since::Ever), all.to_owned()),
                    (
                        reading.created(None, Since::Within(1, 1)),
                        format!("SEARCH t USING INDEX token_created (created_at=? AND seq{after}?)"),
                    ),
                    (
                        reading.created(None, Since::After(1)),
                        format!("SEARCH t USING INDEX token_created (created_at{after}?)"),
                    ),
                    (
                        reading.created(Some("bob"), Since::Ever),
                        "SEARCH t USING INDEX token_owner (owner=?)".to_owned(),
                    ),
                    (
                        reading.created(Some("bob"), Since::Within(1, 1)),
                        format!("SEARCH t USING INDEX token_owner (owner=? AND created_at=? AND rowid{after}?)"),
                    ),
                    (
                        reading.created(Some("bob"), Since::After(1)),
                        format!("SEARCH t USING INDEX token_owner (owner=? AND created_at{after}?)"),
                    ),
                    (
                        reading.named(Some("a")),
                        format!("SEARCH t USING INDEX sqlite_autoindex_token_2 (name{behind}?)"),
                    ),
                ] {
                    let expected = format!("{way}; SEARCH s USING PRIMARY KEY (token_seq=?)");
                    assert_eq!(plan(&db, select), expected, "{query:?} {order:?}");
                }
                let used = "; CORRELATED SCALAR SUBQUERY 1; SEARCH secret USING PRIMARY KEY (token_seq=?)";
                let expected = format!("{pass}{}", if order.by == By::LastUsed { used } else { "" });
                // One that has all that is asked for is said to be covering.
                let ranks = plan(&db, Select::ranks(&query, &order)).replace("COVERING ", "");
                assert_eq!(ranks, expected, "{query:?} {order:?}");
            }
        }
    }
}
