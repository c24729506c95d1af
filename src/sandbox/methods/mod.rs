//! The Web API methods, one file a group. A method only reads the workspace; what it wants done
//! to messages stands in its answer.

pub(super) mod apps;
mod chat;
mod content;
mod conversations;
mod people;
#[cfg(test)]
mod tests;
pub(super) mod views;

pub(super) use self::content::{Content, kept};
use super::workspace::Method;

/// The method of that name.
pub(super) fn find(name: &str) -> Option<Method> {
    let method: Method = match name {
        "auth.test" => |_, call| Ok(people::auth_test(call)),
        "chat.postMessage" => chat::post,
        "chat.postEphemeral" => chat::whisper,
        "chat.update" => chat::update,
        "chat.delete" => chat::delete,
        "chat.getPermalink" => chat::permalink,
        "conversations.history" => conversations::history,
        "conversations.replies" => conversations::replies,
        "conversations.list" => conversations::list,
        "conversations.info" => conversations::info,
        "users.info" => people::info,
        "users.list" => people::list,
        "views.open" => views::open,
        "views.push" => views::push,
        "views.update" => views::update,
        "views.publish" => views::publish,
        _ => return None,
    };
    Some(method)
}

/// Cuts a page out of a list: `skip` items are behind us. Says where the next page starts.
fn page<T>(items: Vec<T>, skip: usize, limit: usize) -> (Vec<T>, Option<usize>) {
    let more = items.len() > skip.saturating_add(limit);
    let part = items.into_iter().skip(skip).take(limit).collect();
    (part, more.then(|| skip + limit))
}
