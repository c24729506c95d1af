//! What the problem is and where.

use crate::domain::{Block, Member, Source, Text, Workflow};
use crate::render::face::{Face, NAME, SHORT, Stand};
use crate::render::pen::{bold, code, markup, rich, said, text};
use crate::render::view;

/// UTF-16 units of a control id or finding type.
const CONTROL: usize = 150;
/// Of the title.
const TITLE: usize = 300;
/// Of the description.
const DESCRIPTION: usize = 1_200;
/// Of a resource's kind.
const KIND: usize = 80;
/// Of a resource's id.
const RESOURCE: usize = 800;
/// Of the source's own id of the finding.
const NATIVE_ID: usize = 500;
/// Of a product's name.
const PRODUCT: usize = 60;
/// How many further sources are named.
const REPORTERS: usize = 5;

/// What, where, since when and by whom. A superseded card says what and where only: the rest
/// belongs to the newer card and would change under the old one.
pub(super) fn facts(face: &Face<'_>) -> Vec<Block> {
    let mut blocks = vec![title(face), fields(face), resource(face)];
    match face.stand {
        Stand::Superseded(_) => {}
        Stand::Open | Stand::Resolved { .. } => {
            blocks.extend(description(face));
            blocks.push(times(face));
            blocks.extend(reporters(face));
            blocks.extend(native_id(face));
        }
    }
    blocks
}

/// Somebody's doings, as opposed to a setting.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Threat {
    /// Somebody tries to get in.
    Outside,
    /// What is ours does what it should not, as far as is known.
    Inside,
}

/// The threat that the alert is about, if it is about one.
pub(super) fn threat(face: &Face<'_>) -> Option<Threat> {
    is_threat(face).then(|| if from_outside(face) { Threat::Outside } else { Threat::Inside })
}

/// True for attacks on the resource. `BruteForce` is said of attackers of ours too; then the
/// title names the resource first ("i-1 is performing ... against 192.0.2.1").
fn from_outside(face: &Face<'_>) -> bool {
    let control = face.alert.key.control.as_str();
    let resource = face.alert.resource.id.rsplit('/').next().unwrap_or_default();
    let actor = face.title().split(" against ").next().unwrap_or_default();
    control.starts_with("Recon:EC2/PortProbe")
        || control.contains("BruteForce") && (resource.is_empty() || !actor.contains(resource))
}

fn is_threat(face: &Face<'_>) -> bool {
    let guard_duty = |member: &&Member| {
        let name: String = member.product.chars().filter(char::is_ascii_alphabetic).collect();
        member.source == Source::GuardDuty || name.to_ascii_lowercase().ends_with("guardduty")
    };
    face.speaker().as_ref().is_some_and(guard_duty)
}

fn title(face: &Face<'_>) -> Block {
    let mut elements =
        vec![code(&face.alert.key.control, CONTROL), said("\n"), bold(text(face.title(), TITLE))];
    let mark = face.pen.word(if japanese(face.title()) {
        "card.title.original_japanese"
    } else {
        "card.title.original"
    });
    if !mark.is_empty() {
        elements.push(said(format!(" {mark}")));
    }
    rich(elements)
}

/// True if there are kana or kanji in it: whoever wrote it did not write English.
fn japanese(text: &str) -> bool {
    let mut chars = text.chars();
    chars.any(|c| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff66}'..='\u{ff9f}'))
}

fn fields(face: &Face<'_>) -> Block {
    let pen = face.pen;
    let value = |key: &str, value: String| Text::Mrkdwn(pen.mrkdwn(key, &view::Value { value }));
    let account = face.account();
    let owner = &face.alert.ownership;
    let mut fields = Vec::new();
    if let Some(company) = &owner.company {
        fields.push(value("card.field.company", markup(company, NAME)));
    }
    fields.push(Text::Mrkdwn(pen.mrkdwn("card.field.account", &account)));
    if let Some(environment) = account.environment {
        fields.push(value("card.field.environment", environment));
    }
    fields.push(value("card.field.region", markup(face.alert.key.region.as_str(), SHORT)));
    match face.stand {
        Stand::Superseded(_) => {}
        Stand::Open | Stand::Resolved { .. } => {
            fields.push(value("card.field.severity", pen.severity(face.alert.severity)));
            let workflow = face.speaker().and_then(|member| member.workflow);
            if let Some(workflow) = workflow.filter(|_| face.detailed()) {
                fields.push(value("card.field.workflow", pen.word(workflow_key(workflow))));
            }
        }
    }
    Block::Section { text: None, fields, accessory: None }
}

const fn workflow_key(workflow: Workflow) -> &'static str {
    match workflow {
        Workflow::New => "words.workflow.new",
        Workflow::Notified => "words.workflow.notified",
        Workflow::Suppressed => "words.workflow.suppressed",
        Workflow::Resolved => "words.workflow.resolved",
    }
}

/// The resource, literally, so that its id copies exactly.
pub(in crate::render) fn resource(face: &Face<'_>) -> Block {
    let resource = &face.alert.resource;
    let view =
        view::Resource { kind: text(&resource.kind, KIND), count: face.alert.more_resources };
    let mut elements = vec![
        said(face.pen.literal("card.resource.label", &view)),
        said("\n"),
        code(&resource.id, RESOURCE),
    ];
    match face.stand {
        Stand::Superseded(_) => {}
        Stand::Open | Stand::Resolved { .. } if view.count == 0 => {}
        Stand::Open | Stand::Resolved { .. } => {
            elements.push(said("\n"));
            elements.push(said(face.pen.literal("card.resource.more", &view)));
        }
    }
    rich(elements)
}

fn description(face: &Face<'_>) -> Option<Block> {
    if !face.detailed() || face.alert.description.trim().is_empty() {
        return None;
    }
    let label = if japanese(&face.alert.description) {
        "card.detail.description_japanese"
    } else {
        "card.detail.description"
    };
    Some(rich(vec![
        bold(face.pen.word(label)),
        said("\n"),
        said(text(&face.alert.description, DESCRIPTION)),
    ]))
}

fn times(face: &Face<'_>) -> Block {
    let view = view::Times {
        first_seen: face.calendar.stamp(face.alert.first_seen),
        last_changed: face.calendar.stamp(face.alert.last_changed),
        zone: face.calendar.zone(),
    };
    face.pen.small("card.times", &view)
}

/// Who reports it. Readers in a hurry are told only where several sources agree.
fn reporters(face: &Face<'_>) -> Option<Block> {
    let product = face.speaker()?.product.as_str();
    let mut others: Vec<&str> = face.speakers().iter().map(|one| one.product.as_str()).collect();
    others.sort_unstable();
    others.dedup();
    others.retain(|other| *other != product);
    if others.is_empty() && !face.detailed() {
        return None;
    }
    let others = (!others.is_empty()).then(|| face.pen.list(&others, REPORTERS, PRODUCT));
    let view = view::Reporters { product: text(product, PRODUCT), others };
    Some(face.pen.small("card.reported_by", &view))
}

fn native_id(face: &Face<'_>) -> Option<Block> {
    let member = face.speaker().filter(|_| face.detailed())?;
    Some(rich(vec![
        said(face.pen.word("card.detail.native_id")),
        said("\n"),
        code(&member.native_id, NATIVE_ID),
    ]))
}
