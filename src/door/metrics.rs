//! Numbers for Prometheus, in the OpenMetrics text format.

use std::{collections::BTreeMap, fmt, sync::Arc};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet, text},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
    registry::Registry,
};

use super::tally::Tally;
use crate::flow::Counts;

/// The numbers at one moment.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// What was done since the start.
    pub counts: Counts,
    /// Requests sent to AWS, by operation.
    pub aws_requests: BTreeMap<String, u64>,
    /// Read and write units that the table consumed, as the service counted them.
    pub table_units: Option<(f64, f64)>,
    /// What came through the people's door, if there is one.
    pub people: Option<Arc<Tally>>,
    /// What the owner map lacks, by kind, as the last morning round found it.
    pub map_gaps: BTreeMap<&'static str, u64>,
    /// Whether intake stands still since the store fails.
    pub store_failing: bool,
}

type Read = Box<dyn Fn() -> Numbers + Send + Sync>;

/// Writes the numbers as text.
pub(super) struct Metrics(Registry);

impl Metrics {
    pub(super) const CONTENT_TYPE: &str =
        "application/openmetrics-text; version=1.0.0; charset=utf-8";

    pub(super) fn new(read: Read) -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(House(read)));
        Self(registry)
    }

    pub(super) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        text::encode(&mut text, &self.0)?;
        Ok(text)
    }
}

struct House(Read);

impl fmt::Debug for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("House")
    }
}

impl Collector for House {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let numbers = (self.0)();
        for (name, help, count) in numbers.counts.each() {
            let (name, counter) = (format!("monban_{name}"), ConstCounter::new(count));
            counter.encode(encoder.encode_descriptor(&name, help, None, MetricType::Counter)?)?;
        }
        let about = ("monban_aws_requests", "Requests sent to AWS, retries included.");
        counted(&mut encoder, about, "operation", numbers.aws_requests)?;
        if !numbers.map_gaps.is_empty() {
            let (name, help) = ("monban_map_gaps", "What the owner map lacks.");
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            for (kind, count) in &numbers.map_gaps {
                let gauge = ConstGauge::new(i64::try_from(*count).unwrap_or(i64::MAX));
                gauge.encode(family.encode_family(&[("kind", *kind)])?)?;
            }
        }
        if let Some((read, written)) = numbers.table_units {
            let (name, help) = ("monban_table_units", "Capacity units that the table consumed.");
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for (kind, units) in [("read", read), ("write", written)] {
                family
                    .encode_family(&[("kind", kind)])?
                    .encode_counter::<NoLabelSet, _, u64>(&units, None)?;
            }
        }
        if let Some(people) = &numbers.people {
            let name = "monban_door_refused";
            let help = "Requests in Slack's name that were refused.";
            counted(&mut encoder, (name, help), "why", people.refused())?;
            let (name, help) = ("monban_door_asks", "Acts of people that were taken.");
            counted(&mut encoder, (name, help), "kind", people.asks())?;
        }
        let (name, help) =
            ("monban_store_failing", "1 while intake stands still: the store fails.");
        let gauge = ConstGauge::new(i64::from(numbers.store_failing));
        gauge.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)?;
        let (name, help) = ("monban_build", "The build that runs.");
        encoder
            .encode_descriptor(name, help, None, MetricType::Info)?
            .encode_info(&[("version", env!("CARGO_PKG_VERSION"))])
    }
}

/// A family of counters that differ in one label.
fn counted<S: AsRef<str>>(
    encoder: &mut DescriptorEncoder<'_>,
    (name, help): (&str, &str),
    label: &str,
    counts: BTreeMap<S, u64>,
) -> Result<(), fmt::Error> {
    let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (value, count) in counts {
        family
            .encode_family(&[(label, value.as_ref())])?
            .encode_counter::<NoLabelSet, _, u64>(&count, None)?;
    }
    Ok(())
}
