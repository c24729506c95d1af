//! Business hours of a level.

use serde_json::Value;

use super::Found;
use crate::domain::{Day, TimeOfDay};

impl Found {
    pub fn business_hours(&mut self, value: &Value, at: &str) {
        let keys = ["days", "from", "to", "holidays"];
        let Some(hours) = self.object(value, at, &keys) else { return };
        match hours.get("days") {
            Some(days) if days.as_array().is_some_and(Vec::is_empty) => {
                self.add(format!("{at}.days"), "is empty", "Write the days, such as [mon, tue]");
            }
            Some(days) if !days.is_null() => {
                self.words(hours, at, "days", &Day::ALL.map(Day::as_str));
            }
            Some(_) | None => self.missing(&format!("{at}.days"), "the days, such as [mon, tue]"),
        }
        let mut times = [None, None];
        for (key, time) in ["from", "to"].into_iter().zip(&mut times) {
            let what = "a time of day in quotes, such as \"09:00\"";
            let Some(text) = self.text(hours, at, key, what) else { continue };
            *time = TimeOfDay::parse(text);
            if time.is_none() {
                let mend = "Write hours and minutes in quotes, from \"00:00\" to \"24:00\"";
                self.add(format!("{at}.{key}"), format!("`{text}` is no time of day"), mend);
            }
        }
        if let [Some(from), Some(to)] = times
            && from >= to
        {
            let mend =
                "Write a later time: hours end on the day they begin, \"24:00\" at the latest";
            self.add(format!("{at}.to"), format!("is not after {from}"), mend);
        }
        if hours.get("holidays").is_some_and(|value| !value.is_null()) {
            self.one_of(hours, at, "holidays", &["jp", "none"]);
        }
    }
}
