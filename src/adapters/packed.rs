//! Raw bytes, compressed and in chunks that any store takes.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};

/// Size of a chunk, below DynamoDB's item limit of 400 KB.
pub(super) const CHUNK: usize = 300 * 1024;

/// Compresses. Writing to memory can't fail; were it to, the bytes would be kept as they are.
pub(super) fn pack(raw: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(raw).and_then(|()| zlib.finish()).unwrap_or_else(|_| raw.to_vec())
}

/// Takes back what [`pack`] made.
pub(super) fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    ZlibDecoder::new(packed).read_to_end(&mut raw)?;
    Ok(raw)
}

#[cfg(test)]
mod tests {
    use super::{pack, unpack};

    #[test]
    fn what_is_packed_comes_back() {
        for raw in [vec![], b"{".to_vec(), vec![0, 255, 10], vec![b'x'; 1 << 20]] {
            assert_eq!(unpack(&pack(&raw)).unwrap(), raw);
        }
        assert!(unpack(b"no zlib").is_err());
    }
}
