//! Names that Slack gives to what came without one.

use serde_json::Value;

/// Spreads a number over all numbers, each to its own: what it names looks random and never
/// repeats.
pub(super) fn spread(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

pub(super) fn items_mut(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_array_mut().into_iter().flatten()
}

/// Ids for blocks and elements that came without one; different in every call, so that an edited
/// block is a new block.
pub(super) struct Ids(u64);

impl Ids {
    /// A message has far fewer than a thousand ids of its own.
    pub(super) fn from(version: u64) -> Self {
        Self(version.wrapping_mul(1000))
    }

    fn next(&mut self) -> Value {
        const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        // Odd and no multiple of three, hence one id for one number; it only looks random.
        const SPREAD: u64 = 1_610_612_741;
        let mut rest = (self.0 % 36_u64.pow(6)) * SPREAD % 36_u64.pow(6);
        self.0 = self.0.wrapping_add(1);
        let mut id = String::new();
        for _ in 0..6 {
            let digit = usize::try_from(rest % 36).unwrap_or_default();
            id.push(char::from(LETTERS[digit]));
            rest /= 36;
        }
        id.into()
    }

    pub(super) fn fill(&mut self, blocks: &mut Value) {
        for block in items_mut(blocks) {
            if block.get("block_id").is_none() {
                block["block_id"] = self.next();
            }
            if block["type"] == "actions" {
                for element in block.get_mut("elements").into_iter().flat_map(items_mut) {
                    self.fill_action(element);
                }
            }
            for name in ["accessory", "element"] {
                if let Some(element) = block.get_mut(name) {
                    self.fill_action(element);
                }
            }
        }
    }

    fn fill_action(&mut self, element: &mut Value) {
        if element["type"] != "image" && element.get("action_id").is_none() {
            element["action_id"] = self.next();
        }
    }
}
