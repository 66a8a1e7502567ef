//! What was done since the start, for Prometheus (OpenMetrics 1.0). Whoever answers only adds to numbers; they are put
//! into words when somebody asks for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::{Registry, Unit};

use super::app::App;
use super::problem::Problem;
use super::verify;
use crate::token::stock::Stock;
use crate::token::verdict::Verdict;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Tokens are counted at most so often, and in one of so many parts of the time.
const STOCK_EVERY: Duration = Duration::from_secs(15);
const STOCK_SHARE: u32 = 20;

/// In microseconds, each up to which a request may take to be counted in that place.
const STEPS: [u64; 15] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    10_000_000,
];

/// Which requests are timed together.
#[derive(Clone, Copy, Debug)]
pub(super) enum Group {
    Verify,
    Api,
    OAuth,
    W3Ipfs,
    Other,
}

impl Group {
    const WORDS: [&str; 5] = ["verify", "api", "oauth", "w3ipfs", "other"];

    pub fn of(path: &str) -> Group {
        let under = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        match path {
            verify::PATH => Group::Verify,
            "/introspect" | "/revoke" => Group::OAuth,
            _ if under("/api/apiKeys") => Group::W3Ipfs,
            _ if under("/api") => Group::Api,
            _ => Group::Other,
        }
    }
}

const VERDICTS: [&str; 7] = ["valid", "malformed", "unknown", "revoked", "expired", "lacks", "used-up"];

/// What was done since the start.
#[derive(Debug, Default)]
pub(super) struct Counts {
    verdicts: [AtomicU64; 7],
    slowed: AtomicU64,
    /// Answers that something of the server's own prevented.
    failed: AtomicU64,
    /// Open now, and let in since the start.
    connections: AtomicU64,
    let_in: AtomicU64,
    latency: [Latency; 5],
    stock: tokio::sync::Mutex<Option<(Instant, Duration, Stock)>>,
}

#[derive(Debug, Default)]
struct Latency {
    steps: [AtomicU64; STEPS.len() + 1],
    microseconds: AtomicU64,
}

impl Counts {
    pub fn verdict<T>(&self, verdict: &Verdict<T>) {
        let at = match verdict {
            Verdict::Valid(_) => 0,
            Verdict::Malformed => 1,
            Verdict::Unknown => 2,
            Verdict::Revoked(..) => 3,
            Verdict::Expired(..) => 4,
            Verdict::Lacks(..) => 5,
            Verdict::UsedUp(_) => 6,
        };
        self.verdicts[at].fetch_add(1, Relaxed);
    }

    /// A refusal was answered by 429.
    pub fn slowed(&self) {
        self.slowed.fetch_add(1, Relaxed);
    }

    pub fn failed(&self) {
        self.failed.fetch_add(1, Relaxed);
    }

    pub fn answered(&self, group: Group, after: Duration) {
        let microseconds = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        let latency = &self.latency[group as usize];
        latency.steps[STEPS.partition_point(|step| *step < microseconds)].fetch_add(1, Relaxed);
        latency.microseconds.fetch_add(microseconds, Relaxed);
    }

    /// A connection is open as long as what is returned.
    pub fn connected(self: &Arc<Counts>) -> Connected {
        self.let_in.fetch_add(1, Relaxed);
        self.connections.fetch_add(1, Relaxed);
        Connected(Arc::clone(self))
    }

    /// How many tokens there are, as of late.
    async fn stock(&self, app: &App) -> Option<Stock> {
        let mut counted = self.stock.lock().await;
        if let Some((at, took, stock)) = &*counted
            && at.elapsed() < STOCK_EVERY.max(*took * STOCK_SHARE)
        {
            return Some(stock.clone());
        }
        let (begun, now) = (Instant::now(), app.now());
        let stock = app.looks.ask(move |vault, _| vault.stock(now)).await.ok()?;
        *counted = Some((Instant::now(), begun.elapsed(), stock.clone()));
        Some(stock)
    }
}

pub(super) struct Connected(Arc<Counts>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Relaxed);
    }
}

pub(super) async fn answer(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    let (hits, misses) = app.gate.traffic();
    let stock = app.counts.stock(&app).await;
    let told = Told { counts: Arc::clone(&app.counts), hits, misses, kept: app.gate.kept(), stock };
    let mut registry = Registry::with_prefix("jeton");
    registry.register_collector(Box::new(told));
    let mut text = String::new();
    text::encode(&mut text, &registry).map_err(|_| Problem::unavailable())?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text))
}

/// All there is to tell.
#[derive(Debug)]
struct Told {
    counts: Arc<Counts>,
    hits: u64,
    misses: u64,
    kept: (usize, u64),
    stock: Option<Stock>,
}

impl Collector for Told {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Told { counts, hits, misses, kept, stock } = self;
        let words = |words: &[&'static str], numbers: &[AtomicU64]| {
            words.iter().copied().zip(numbers.iter().map(|number| number.load(Relaxed))).collect::<Vec<_>>()
        };
        let verdicts = words(&VERDICTS, &counts.verdicts);
        each(&mut encoder, "verdicts", "Verdicts on secrets", MetricType::Counter, "verdict", &verdicts)?;
        let asked = [("hit", *hits), ("miss", *misses)];
        each(&mut encoder, "cache_requests", "Answers from memory, and others", MetricType::Counter, "result", &asked)?;
        if let Some(stock) = stock {
            let tokens = [
                ("active", stock.active),
                ("expired", stock.expired),
                ("revoked", stock.revoked),
                ("used-up", stock.used_up),
            ];
            each(&mut encoder, "tokens", "Tokens in the vault", MetricType::Gauge, "status", &tokens)?;
        }
        for (name, help, number) in [
            ("throttled", "Refusals answered by 429", &counts.slowed),
            ("failures", "Requests that the server could not answer", &counts.failed),
            ("connections_accepted", "Connections since the start", &counts.let_in),
        ] {
            let encoder = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            ConstCounter::new(number.load(Relaxed)).encode(encoder)?;
        }
        for (name, help, number) in [
            ("connections", "Connections that are open", counts.connections.load(Relaxed)),
            ("cache_entries", "Tokens in memory", kept.0 as u64),
            ("cache_bytes", "What they take, about", kept.1),
        ] {
            let encoder = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(number).encode(encoder)?;
        }
        let mut builds = encoder.encode_descriptor("build", "The version that runs", None, MetricType::Info)?;
        builds.encode_info(&[("version", env!("CARGO_PKG_VERSION"))])?;
        let (name, help) = ("request_duration", "From the head of a request to its answer");
        let mut times = encoder.encode_descriptor(name, help, Some(&Unit::Seconds), MetricType::Histogram)?;
        for (group, latency) in Group::WORDS.into_iter().zip(&counts.latency) {
            let ends = STEPS.iter().map(|step| *step as f64 / 1e6).chain([f64::INFINITY]);
            let steps: Vec<_> = ends.zip(latency.steps.iter().map(|step| step.load(Relaxed))).collect();
            let all = steps.iter().map(|(_, number)| number).sum();
            let seconds = latency.microseconds.load(Relaxed) as f64 / 1e6;
            times
                .encode_family(&[("group", group)])?
                .encode_histogram::<[(&str, &str); 0]>(seconds, all, &steps, None)?;
        }
        Ok(())
    }
}

/// A number for each word.
fn each(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    kind: MetricType,
    label: &str,
    numbers: &[(&str, u64)],
) -> Result<(), std::fmt::Error> {
    let mut family = encoder.encode_descriptor(name, help, None, kind)?;
    for (word, number) in numbers {
        let labels = [(label, *word)];
        let one = family.encode_family(&labels)?;
        match kind {
            MetricType::Counter => ConstCounter::new(*number).encode(one)?,
            _ => ConstGauge::new(*number).encode(one)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_is_counted_under_its_word() {
        let counts = Counts::default();
        let at = jiff::Timestamp::UNIX_EPOCH;
        let lack = crate::token::query::Lack::Scopes(Vec::new());
        let verdicts = [
            Verdict::Valid(()),
            Verdict::Malformed,
            Verdict::Unknown,
            Verdict::Revoked((), at),
            Verdict::Expired((), at),
            Verdict::Lacks((), lack),
            Verdict::UsedUp(()),
        ];
        for (verdict, word) in verdicts.iter().zip(VERDICTS) {
            assert_eq!(verdict.word(), word);
            counts.verdict(verdict);
        }
        assert!(counts.verdicts.iter().all(|number| number.load(Relaxed) == 1));
    }

    #[test]
    fn a_path_belongs_to_one_group() {
        for (path, word) in [
            ("/verify", "verify"),
            ("/introspect", "oauth"),
            ("/revoke", "oauth"),
            ("/api/tokens", "api"),
            ("/api/tokens/web/revoke", "api"),
            ("/api/apiKeys/", "w3ipfs"),
            ("/api/apiKeys/list", "w3ipfs"),
            ("/api/apiKeysX", "api"),
            ("/healthz", "other"),
            ("/", "other"),
            ("*", "other"),
        ] {
            assert_eq!(Group::WORDS[Group::of(path) as usize], word, "{path}");
        }
    }
}
