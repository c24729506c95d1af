//! Faults a test orders: Slack's bad days, one call at a time.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fault {
    /// 429 without carrying the call out.
    RateLimited { retry_after: u64 },
    /// Carried out, but the caller's connection closes without an answer.
    DropAnswer,
    /// The connection closes and nothing was carried out.
    DropRequest,
    /// Carried out after a wait.
    Delay(Duration),
    /// An HTTP error from something before Slack; not carried out.
    HttpError { status: u16 },
    /// Slack's own error; not carried out.
    Error { code: String },
}

#[derive(Debug, Clone)]
struct Ordered {
    method: String,
    channel: Option<String>,
    fault: Fault,
    times: u64,
    as_given: Value,
}

/// The faults still to come, in the order they were given.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Ordered>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[serde(default)]
    rules: Vec<Value>,
    #[serde(default)]
    clear: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleOrder {
    method: String,
    channel: Option<String>,
    kind: Kind,
    retry_after: Option<u64>,
    delay_ms: Option<u64>,
    status: Option<u16>,
    error: Option<String>,
    times: Option<u64>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Ratelimited,
    DropAnswer,
    DropRequest,
    Delay,
    HttpError,
    Error,
}

const LONGEST_DELAY_MS: u64 = 120_000;

impl Faults {
    /// Takes an order as `POST /_sandbox/faults` brings it: all of it, or none of it.
    pub(super) fn order(&mut self, body: &[u8]) -> Result<(), String> {
        let order: Order = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        if !order.clear && order.rules.is_empty() {
            return Err("give \"rules\" or \"clear\": true".into());
        }
        let rules = order.rules.into_iter().map(Ordered::read).collect::<Result<Vec<_>, _>>()?;
        if order.clear {
            self.0.clear();
        }
        self.0.extend(rules);
        Ok(())
    }

    /// Uses up one fault meant for this call. `*` as method means every method.
    pub(super) fn take(&mut self, method: &str, channel: Option<&str>) -> Option<Fault> {
        let index = self.0.iter().position(|rule| {
            (rule.method == "*" || rule.method == method)
                && (rule.channel.is_none() || rule.channel.as_deref() == channel)
        })?;
        let rule = self.0.get_mut(index)?;
        rule.times -= 1;
        let fault = rule.fault.clone();
        if rule.times == 0 {
            self.0.remove(index);
        }
        Some(fault)
    }

    /// What is left, each rule as it was given with the times it still has.
    pub(super) fn list(&self) -> Value {
        let rule = |rule: &Ordered| {
            let mut shown = rule.as_given.clone();
            shown["times"] = rule.times.into();
            shown
        };
        json!({"rules": self.0.iter().map(rule).collect::<Vec<_>>()})
    }
}

impl Ordered {
    fn read(given: Value) -> Result<Self, String> {
        let rule: RuleOrder =
            serde_json::from_value(given.clone()).map_err(|error| error.to_string())?;
        let times = rule.times.unwrap_or(1);
        if times == 0 {
            return Err("times must be at least 1".into());
        }
        let fault = rule.fault()?;
        Ok(Self { method: rule.method, channel: rule.channel, fault, times, as_given: given })
    }
}

impl RuleOrder {
    fn fault(&self) -> Result<Fault, String> {
        let fits = match self.kind {
            Kind::Ratelimited => "retry_after",
            Kind::Delay => "delay_ms",
            Kind::HttpError => "status",
            Kind::Error => "error",
            Kind::DropAnswer | Kind::DropRequest => "",
        };
        let given = [
            ("retry_after", self.retry_after.is_some()),
            ("delay_ms", self.delay_ms.is_some()),
            ("status", self.status.is_some()),
            ("error", self.error.is_some()),
        ];
        if let Some((name, _)) = given.iter().find(|(name, given)| *given && *name != fits) {
            return Err(format!("{name} has no meaning for this kind"));
        }
        match self.kind {
            Kind::Ratelimited => {
                Ok(Fault::RateLimited { retry_after: self.retry_after.unwrap_or(1) })
            }
            Kind::DropAnswer => Ok(Fault::DropAnswer),
            Kind::DropRequest => Ok(Fault::DropRequest),
            Kind::Delay => match self.delay_ms {
                Some(ms) if ms <= LONGEST_DELAY_MS => Ok(Fault::Delay(Duration::from_millis(ms))),
                Some(_) => Err(format!("delay_ms must be at most {LONGEST_DELAY_MS}")),
                None => Err("delay needs delay_ms".into()),
            },
            Kind::HttpError => match self.status {
                Some(status @ 400..=599) => Ok(Fault::HttpError { status }),
                Some(_) => Err("status must be between 400 and 599".into()),
                None => Err("http_error needs status".into()),
            },
            Kind::Error => match &self.error {
                Some(code) if !code.is_empty() => Ok(Fault::Error { code: code.clone() }),
                Some(_) | None => Err("error needs a Slack error code".into()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(body: &Value) -> Result<Faults, String> {
        let mut faults = Faults::default();
        faults.order(body.to_string().as_bytes()).map(|()| faults)
    }

    fn rule(more: Value) -> Value {
        let mut rule = serde_json::Map::new();
        rule.insert("method".into(), "chat.postMessage".into());
        if let Value::Object(more) = more {
            rule.extend(more);
        }
        json!({"rules": [rule]})
    }

    #[test]
    fn a_fault_strikes_its_method_and_channel_so_many_times() {
        let order = rule(json!({"channel": "C1", "kind": "error", "error": "x", "times": 2}));
        let mut faults = ordered(&order).unwrap();
        let hit = Some(Fault::Error { code: "x".into() });
        assert_eq!(faults.take("chat.update", Some("C1")), None);
        assert_eq!(faults.take("chat.postMessage", Some("C2")), None);
        assert_eq!(faults.take("chat.postMessage", Some("C1")), hit);
        assert_eq!(faults.list()["rules"][0]["times"], 1);
        assert_eq!(faults.take("chat.postMessage", Some("C1")), hit);
        assert_eq!(faults.take("chat.postMessage", Some("C1")), None);
        assert_eq!(faults.list(), json!({"rules": []}));
    }

    #[test]
    fn every_kind_is_read() {
        for (more, wanted) in [
            (
                json!({"kind": "ratelimited", "retry_after": 5}),
                Fault::RateLimited { retry_after: 5 },
            ),
            (
                json!({"kind": "ratelimited", "channel": null}),
                Fault::RateLimited { retry_after: 1 },
            ),
            (json!({"kind": "drop_answer"}), Fault::DropAnswer),
            (json!({"kind": "drop_request"}), Fault::DropRequest),
            (json!({"kind": "delay", "delay_ms": 7}), Fault::Delay(Duration::from_millis(7))),
            (json!({"kind": "http_error", "status": 503}), Fault::HttpError { status: 503 }),
            (json!({"kind": "drop_answer", "method": "*"}), Fault::DropAnswer),
        ] {
            let mut faults = ordered(&rule(more.clone())).unwrap();
            assert_eq!(faults.take("chat.postMessage", Some("C1")), Some(wanted), "{more}");
        }
    }

    #[test]
    fn a_wrong_order_is_refused_whole() {
        for (more, why) in [
            (json!({"kind": "explode"}), "unknown variant"),
            (json!({"kind": "drop_answer", "when": 1}), "unknown field"),
            (json!({"kind": "drop_answer", "times": 0}), "times"),
            (json!({"kind": "drop_answer", "status": 500}), "status has no meaning"),
            (json!({"kind": "delay"}), "delay_ms"),
            (json!({"kind": "delay", "delay_ms": 999_999}), "delay_ms"),
            (json!({"kind": "http_error", "status": 200}), "status"),
            (json!({"kind": "http_error"}), "status"),
            (json!({"kind": "error"}), "error"),
        ] {
            let refused = ordered(&rule(more.clone())).unwrap_err();
            assert!(refused.contains(why), "{more}: {refused}");
        }
        assert!(ordered(&json!({})).is_err());
        assert!(ordered(&json!({"rules": [], "more": 1})).is_err());
        let mut faults = ordered(&rule(json!({"kind": "drop_answer"}))).unwrap();
        let half = json!({"clear": true, "rules": [{"method": "x", "kind": "explode"}]});
        assert!(faults.order(half.to_string().as_bytes()).is_err());
        assert_eq!(faults.list()["rules"].as_array().unwrap().len(), 1);
        faults.order(b"{\"clear\":true}").unwrap();
        assert_eq!(faults.list(), json!({"rules": []}));
    }
}
