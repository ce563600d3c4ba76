//! The listener: bounded connections, bounded time, an orderly end.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

use crate::lists::Lists;
use crate::routes::router;
use crate::settings::{ServeError, Settings};
use crate::state::State;

/// Most headers of a request.
const MOST_HEADERS: usize = 64;

/// Serves the lists until the process is told to stop (SIGINT, SIGTERM), then lets open requests end.
///
/// It listens at once; until the lists are loaded, `/readyz` and questions get 503. Run it on a runtime of tokio with several threads;
/// [`run`] makes one.
///
/// # Errors
/// If the settings are not safe, the address is taken, or the lists cannot be loaded at the start. A later update that fails is only told.
pub async fn serve(settings: Settings, lists: Lists) -> Result<(), ServeError> {
    serve_until(settings, lists, signal(), |_| ()).await
}

/// Like [`serve`], on a runtime of its own.
///
/// # Errors
/// As [`serve`].
pub fn run(settings: Settings, lists: Lists) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| ServeError::System(e.to_string()))?;
    let result = runtime.block_on(serve(settings, lists));
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

/// Like [`serve`], until `stop` is over. `listening` is told the address, which is useful with port 0.
///
/// # Errors
/// As [`serve`].
pub async fn serve_until(
    settings: Settings,
    lists: Lists,
    stop: impl Future<Output = ()>,
    listening: impl FnOnce(std::net::SocketAddr),
) -> Result<(), ServeError> {
    settings.check()?;
    let bind = settings.bind;
    let listener = TcpListener::bind(bind).await.map_err(|e| ServeError::Bind { bind, reason: e.to_string() })?;
    let address = listener.local_addr().map_err(|e| ServeError::Bind { bind, reason: e.to_string() })?;
    tracing::info!(%address, "listening");
    listening(address);
    let limits = settings.limits;
    let watch = settings.watch;
    let state = State::new(settings, lists);
    let loading = state.clone();
    let first = tokio::task::spawn_blocking(move || loading.update());
    let ready = async {
        match first.await {
            Ok(Ok(())) => {
                if let Some(interval) = watch {
                    look(state.clone(), interval).await;
                }
                std::future::pending::<ServeError>().await
            }
            Ok(Err(error)) => ServeError::Lists(error),
            Err(error) => ServeError::System(error.to_string()),
        }
    };

    let service = TowerToHyperService::new(router(state.clone()));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_headers(MOST_HEADERS).max_buf_size(limits.url + (64 << 10));
    let connections = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let accepting = async {
        loop {
            let Ok(permit) = connections.clone().acquire_owned().await else { return };
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    pause(&error).await;
                    continue;
                }
            };
            // Replies are written whole: waiting for more to send would only delay them.
            let _ = stream.set_nodelay(true);
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(limits.idle));
            let connection = graceful.watch(http.serve_connection(TokioIo::new(Box::pin(stream)), service.clone()));
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "connection ended");
                }
                drop(permit);
            });
        }
    };

    let result = tokio::select! {
        () = stop => Ok(()),
        error = ready => Err(error),
        () = accepting => Ok(()),
    };
    drop(listener);
    tracing::info!("stopping");
    if tokio::time::timeout(limits.stop, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    result
}

/// Looks at the files of the lists at an interval, and loads them again if they changed.
async fn look(state: State, interval: Duration) {
    let mut known = String::new();
    loop {
        let looking = state.clone();
        let before = known.clone();
        let done = tokio::task::spawn_blocking(move || {
            let stamp = looking.stamp();
            if !before.is_empty() && stamp != before {
                // A failure is told by `update`; the files are looked at again when they change again.
                let _ = looking.update();
            }
            stamp
        });
        if let Ok(stamp) = done.await {
            known = stamp;
        }
        tokio::time::sleep(interval).await;
    }
}

/// Waits a little after a failure to accept that does not pass by itself, such as too many open files.
async fn pause(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    if matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted) {
        return;
    }
    tracing::warn!(%error, "cannot accept a connection");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

/// Ends when the process is told to stop.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            let _ = tokio::signal::ctrl_c().await;
            return;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => (),
            _ = terminate.recv() => (),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}
