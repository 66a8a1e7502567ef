//! What was counted, in words for Prometheus (OpenMetrics 1.0).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

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
use super::counts::{Counts, STEPS, VERDICTS};
use super::group::Group;
use super::problem::Problem;
use crate::token::stock::Stock;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) async fn answer(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    let (hits, misses) = app.gate.traffic();
    let stock = app.stock().await;
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
