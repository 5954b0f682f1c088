//! The `.br` and `.gz` twins that the portal sends to browsers that accept them.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Compresses every file below the folder that has no twins yet.
///
/// # Errors
/// When a file cannot be read or written.
pub fn folder(folder: &Path) -> Result<()> {
    let entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            self::folder(&path)?;
        } else if is_text_like(&path) && !twin(&path, "br").exists() {
            file(&path)?;
        }
    }
    Ok(())
}

/// Writes both twins of one file.
///
/// # Errors
/// When a file cannot be read or written.
pub fn file(path: &Path) -> Result<()> {
    let bytes = fs::read(path)?;
    fs::write(twin(path, "br"), brotli(&bytes)?)?;
    fs::write(twin(path, "gz"), gzip(&bytes)?)?;
    Ok(())
}

/// The path with a further ending.
pub fn twin(path: &Path, ending: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn is_text_like(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    matches!(ending, Some("wasm" | "js" | "css" | "svg" | "txt" | "json"))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let best = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &best)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn both_twins_hold_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.css");
        fs::write(&path, "a{b:c}".repeat(100)).unwrap();
        super::folder(folder.path()).unwrap();
        let mut from_br = Vec::new();
        let br = fs::read(twin(&path, "br")).unwrap();
        brotli::BrotliDecompress(&mut &*br, &mut from_br).unwrap();
        let mut from_gz = Vec::new();
        let gz = fs::read(twin(&path, "gz")).unwrap();
        flate2::read::GzDecoder::new(&*gz)
            .read_to_end(&mut from_gz)
            .unwrap();
        let original = fs::read(&path).unwrap();
        assert_eq!(from_br, original);
        assert_eq!(from_gz, original);
        assert!(br.len() < original.len() / 10);
    }

    #[test]
    fn pictures_have_no_twins() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.png"), [0; 10]).unwrap();
        super::folder(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
