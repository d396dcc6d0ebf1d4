public import Millrace
import Synchronization

/// Answers `/livez`, `/readyz`, `/metrics` and `/partitions` over HTTP.
///
/// There is no authentication and nothing secret to see: listen on loopback, or where only trusted programs reach it.
/// Both observers are given to the worker, which feeds them.
public final class AdminServer: Sendable {
    /// Where it listens, with the port that was picked for port 0.
    public let address: AdminAddress
    private let server: Mutex<HTTPServer?>

    /// Listens and answers from now on, on a thread of its own, until ``stop()``.
    ///
    /// Throws ``AdminError`` when the address is taken, not allowed, or not this machine's.
    public init(
        _ address: AdminAddress, health: HealthObserver, metrics: MetricsObserver, log: Log = Log()
    ) throws(AdminError) {
        let pages = AdminPages(health: health, metrics: metrics)
        let socket = try ListeningSocket(address)
        let bound = socket.address
        let isLoopback = socket.isLoopback
        let server = try HTTPServer(socket: socket) { request in pages.answer(request) }
        self.address = bound
        self.server = Mutex(server)
        log.info("admin server listens", [.address: "\(bound)"])
        if !isLoopback {
            log.notice(
                "admin server can be reached from other machines, without authentication", [.address: "\(bound)"])
        }
    }

    deinit { stop() }

    /// Ends all connections and frees the address. Blocks until answers under way are done; more than once is harmless.
    public func stop() {
        let server = server.withLock { server in
            defer { server = nil }
            return server
        }
        server?.stop()
    }
}
