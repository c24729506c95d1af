//! What is no problem of a config but worth a look before `serve` runs with it.

use crate::config::{Config, DoorAt, InboxConfig, SecretKind, SecretPlace};

/// All notes, each beginning with its key. `here` is the Region that this machine names.
pub(super) fn notes(config: &Config, here: Option<&str>) -> Vec<String> {
    let mut notes = secrets(config);
    notes.extend(regions(config, here));
    notes
}

/// Secrets that this machine does not have, or that look like something else.
fn secrets(config: &Config) -> Vec<String> {
    let mut notes = Vec::new();
    let bots = config.slack.workspaces.iter().enumerate().map(|(n, one)| {
        (format!("slack.workspaces[{n}].bot_token"), &one.bot_token, SecretKind::BotToken)
    });
    let doors = config.slack.doors();
    let door = doors.iter().flat_map(DoorAt::secrets);
    for (key, place, kind) in bots.chain(door) {
        let read = place.read_here().and_then(Result::ok);
        let doubt = read.and_then(|secret| place.doubt(kind, &secret));
        notes.extend(doubt.map(|doubt| format!("{key}: {doubt}")));
        notes.extend(unset(&key, place));
    }
    if doors.is_empty() {
        let note = "slack: says neither signing_secret nor app_token: buttons and commands do \
                    nothing, so cards carry none";
        notes.push(note.to_owned());
    } else {
        let teams = config.slack.workspaces.iter().map(|one| &one.team).enumerate();
        let without = teams.filter(|(_, team)| !config.has_door(team));
        notes.extend(without.map(|(n, team)| {
            format!(
                "slack.workspaces[{n}]: says neither signing_secret nor app_token, and neither \
                 does slack: buttons and commands do nothing in {team}, so its cards carry none"
            )
        }));
    }
    if let InboxConfig::Embedded { token: Some(place) } = &config.inbox {
        notes.extend(unset("inbox.embedded.token", place));
    }
    notes
}

fn unset(key: &str, place: &SecretPlace) -> Option<String> {
    let note = match place.read_here() {
        Some(Ok(_)) => return None,
        Some(Err(error)) => format!("{error} on this machine"),
        None => format!("{place} is not looked up here"),
    };
    Some(format!("{key}: {note}; `serve` needs it where it runs"))
}

/// A Region that is nowhere, or is not that of a queue.
fn regions(config: &Config, here: Option<&str>) -> Vec<String> {
    let region = config.aws.region.as_deref();
    let mut notes = Vec::new();
    if region.or(here).is_none() && config.on_aws() {
        let note = "aws.region: is not set, and neither is AWS_REGION on this machine; `serve` \
                    needs a Region where it runs";
        notes.push(note.to_owned());
    }
    let (Some(region), InboxConfig::Sqs(sqs)) = (region.or(here), &config.inbox) else {
        return notes;
    };
    for (key, url) in
        [("fast_queue_url", &sqs.fast_queue_url), ("slow_queue_url", &sqs.slow_queue_url)]
    {
        if let Some(of) = region_of(url).filter(|of| *of != region) {
            let note = format!("inbox.sqs.{key}: is a queue in {of}, but the Region is {region}");
            notes.push(note);
        }
    }
    notes
}

/// The Region in a queue's URL, if it is one of AWS's own.
fn region_of(url: &str) -> Option<&str> {
    let host = url.strip_prefix("https://")?.split('/').next()?;
    let own = host.strip_suffix(".amazonaws.com").or(host.strip_suffix(".amazonaws.com.cn"))?;
    own.strip_prefix("sqs.").or(own.strip_suffix(".queue"))
}

#[cfg(test)]
mod tests {
    use super::{notes, region_of};

    fn of(region: &str, here: Option<&str>) -> String {
        let queue = "https://sqs.ap-northeast-1.amazonaws.com/1";
        let text = format!(
            "inbox: {{sqs: {{fast_queue_url: {queue}/a, slow_queue_url: {queue}/b}}}}\n\
             store: {{sqlite: {{data: /tmp/x}}}}\n\
             slack: {{workspaces: [{{team_id: T1, bot_token: {{secrets_manager: x}}}}]}}\n{region}\n"
        );
        notes(&crate::config::parse(&text).unwrap(), here).join("\n")
    }

    #[test]
    fn a_region_is_somewhere_and_is_that_of_the_queues() {
        assert!(of("", None).contains("aws.region: is not set, and neither is AWS_REGION"));
        for (region, here) in [
            ("", Some("ap-northeast-1")),
            ("aws: {region: ap-northeast-1}", None),
            ("aws: {region: ap-northeast-1}", Some("us-east-1")),
        ] {
            let said = of(region, here);
            assert!(!said.contains("egion"), "{said}");
        }
        for (region, here) in [("", Some("us-east-1")), ("aws: {region: us-east-1}", None)] {
            let said = of(region, here);
            for key in ["fast", "slow"] {
                let note = format!(
                    "inbox.sqs.{key}_queue_url: is a queue in ap-northeast-1, but the Region is \
                     us-east-1"
                );
                assert!(said.contains(&note), "{said}");
            }
        }
        assert_eq!(region_of("https://us-west-2.queue.amazonaws.com/1/a"), Some("us-west-2"));
        assert_eq!(region_of("http://127.0.0.1:4566/1/a"), None);
    }
}
