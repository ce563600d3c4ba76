use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tw_base::Exit;
use tw_lists::Format;
use tw_server::{Lists, Reader, ServeError, Settings};

use crate::Failure;
use crate::cli::Serve;
use crate::term::Term;

/// Name under which the list that comes with the program is served: that of the dataset in its entities.
const BUNDLED: &str = "us_ofac_sdn";

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        let exit = match &error {
            ServeError::System(_) | ServeError::Bind { .. } | ServeError::KeyFile { .. } => Exit::Io,
            ServeError::Lists(_) => Exit::Refused,
            _ => Exit::Usage,
        };
        Self::new(exit, error.to_string())
    }
}

pub(super) fn run(term: &Term, args: &Serve) -> Result<Exit, Failure> {
    let mut settings = Settings { bind: args.bind, update_token: args.update_token.clone(), ..Settings::default() };
    settings.watch = args.watch.map(Duration::from_secs);
    settings.public_url = args.public_url.clone();
    settings.origins = args.origins.clone();
    if let Some(path) = &args.api_keys {
        settings.keys.add_file(path)?;
    }
    let mut lists = match &args.manifest {
        Some(path) => Lists::manifest(path),
        None => Lists::files(files(&args.datasets)?),
    };
    if args.manifest.is_none() && (args.datasets.is_empty() || args.datasets.iter().any(|given| !is_ftm(given))) {
        lists = lists.with_reader(reader());
    }
    term.say(&format!("serving on http://{}; stop with Ctrl-C", args.bind));
    tw_server::run(settings, lists)?;
    Ok(Exit::Ok)
}

fn files(datasets: &[String]) -> Result<Vec<(String, PathBuf)>, Failure> {
    if datasets.is_empty() {
        return Ok(vec![(BUNDLED.to_owned(), BUNDLED.into())]);
    }
    let mut files = Vec::new();
    for given in datasets {
        let (name, path) = given
            .split_once('=')
            .filter(|(name, path)| !name.is_empty() && !path.is_empty())
            .ok_or_else(|| Failure::new(Exit::Usage, format!("`{given}` is no dataset")).hint("write it as `NAME=FILE`"))?;
        files.push((name.to_owned(), PathBuf::from(path)));
    }
    Ok(files)
}

/// If a file holds entities of FollowTheMoney, which the server reads itself, changes and all.
fn is_ftm(given: &str) -> bool {
    let path = given.split_once('=').map_or(given, |(_, path)| path);
    matches!(format(Path::new(path)), None | Some(Format::Ftm))
}

fn format(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let head = tw_lists::head(&name, File::open(path).ok()?).ok()?;
    tw_lists::detect(&head, &name)
}

/// Reads the list that comes with the program, and lists as their publishers write them.
fn reader() -> Reader {
    Arc::new(|path, sink| {
        if path == Path::new(BUNDLED) {
            tw_lists::bundled::stock().entries.into_iter().for_each(sink);
            return Ok(());
        }
        let read = tw_lists::read_path(path, None, None, &mut |entry| {
            sink(entry);
            ControlFlow::Continue(())
        });
        read.map(|_| ()).map_err(|refusal| refusal.to_string())
    })
}
