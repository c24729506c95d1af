use jiff::Timestamp;

use super::{fresh, wait};
use crate::{
    adapters::packed::unpack,
    ports::{Quarantined, Store as _},
};

#[test]
fn raw_bytes_come_back_from_their_chunks() {
    let (_folder, (store, _inbox)) = fresh();
    let mut seed = 1_u32;
    let noise = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed.to_be_bytes()[0]
    });
    let raw: Vec<u8> = noise.take(1024 * 1024).collect();
    let item = Quarantined {
        id: "q-1".into(),
        at: Timestamp::UNIX_EPOCH,
        reason: "no JSON".into(),
        raw: raw.clone(),
    };
    for _ in 0..2 {
        wait(store.quarantine(&item)).unwrap();
    }
    let sql = "SELECT bytes FROM quarantine_chunk WHERE id = 'q-1' ORDER BY number";
    let chunks: Vec<Vec<u8>> = wait(store.engine().run(move |connection| {
        let mut query = connection.prepare(sql).unwrap();
        let chunks = query.query_map([], |row| row.get(0)).unwrap();
        Ok(chunks.map(Result::unwrap).collect())
    }))
    .unwrap();
    assert!(chunks.len() > 3, "{}", chunks.len());
    assert!(chunks.iter().all(|chunk| chunk.len() <= 300 * 1024));
    assert!(unpack(&chunks.concat()).unwrap() == raw, "to the byte");
}
