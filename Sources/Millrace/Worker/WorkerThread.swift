import MillraceCGlue
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A thread of the worker's own with a name that `top -H` shows.
package final class WorkerThread: Sendable {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    private let isJoined = Atomic<Bool>(false)
    #if canImport(Glibc)
        private let thread: pthread_t
    #else
        // An address that is only handed back to the system.
        private nonisolated(unsafe) let thread: pthread_t
    #endif

    /// Starts a thread. `name`: at most 15 bytes are shown.
    package init(name: String, _ body: @escaping @Sendable () -> Void) throws(WorkerError) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let status = pthread_create(&thread, nil, runWorkerThread, start.toOpaque())
        guard status == 0 else {
            start.release()
            throw WorkerError.noThread(status)
        }
        #if canImport(Glibc)
            self.thread = thread
        #else
            guard let thread else { throw WorkerError.noThread(0) }
            self.thread = thread
        #endif
    }

    /// Waits until the thread has ended. Once a thread.
    package func join() {
        isJoined.store(true, ordering: .relaxed)
        pthread_join(thread, nil)
    }

    // A thread that nobody joined gives its stack back by itself.
    deinit { if !isJoined.load(ordering: .relaxed) { pthread_detach(thread) } }

    fileprivate static func run(_ start: UnsafeMutableRawPointer) {
        let start = Unmanaged<Start>.fromOpaque(start).takeRetainedValue()
        millrace_name_thread(start.name)
        start.body()
    }
}

#if canImport(Glibc)
    private func runWorkerThread(_ start: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let start { WorkerThread.run(start) }
        return nil
    }
#else
    private func runWorkerThread(_ start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        WorkerThread.run(start)
        return nil
    }
#endif
