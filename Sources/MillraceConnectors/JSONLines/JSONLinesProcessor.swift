public import Millrace
import Synchronization

/// `jsonl`: appends each event to a file, one record line each: coordinates, key, headers and value as received.
///
/// A batch is on the disk (`fsync`) before any of its events counts as done, so that after a crash the file holds every
/// event that was settled; some may stand there twice, told apart by topic, partition and offset. A full disk, a missing
/// folder or a foreign lock makes the processor unavailable, and the file keeps no part of the batch. Several workers may
/// name one file. It may be renamed or removed at any time; it must not be truncated in place.
public final class JSONLinesProcessor: BatchProcessor {
    /// The options of a route with this processor.
    public struct Options: ProcessorOptions {
        /// The file to append to; made where there is none.
        public var path = ""

        /// No path yet.
        public init() {}

        /// `path`.
        public static let keys: [OptionKey<Self>] = [
            .path("path", \.path, "The file that record lines are appended to; it is made where there is none.")
                .required()
        ]
    }

    /// `jsonl`
    public static let name = "jsonl"
    /// What it does.
    public static let summary =
        "Appends each event to a file as a record line: JSON, with coordinates, key and headers."
    /// Every type.
    public static let types: [TypePattern] = ["*"]
    /// On a thread of its own: it waits for the disk.
    public static let execution = Execution.blocking
    /// A replay would append everything again.
    public static let replay = ReplayPolicy.refused

    private let file: Mutex<AppendFile>
    private let log: Log

    /// Opens the file, and cuts off a line that a killed process left unfinished. Throws `WorkerError` when the file
    /// cannot be opened or is not one of record lines.
    public init(_ options: Options, _ context: ProcessorContext) async throws {
        log = context.log.with([.processor: .text(Self.name)])
        do throws(AppendFault) {
            file = Mutex(try AppendFile(path: options.path, lineStart: #"{"topic":"#))
        } catch {
            throw WorkerError(.configuration, "processor \(Self.name): \(error)")
        }
        tellTornBytes(file.withLock { $0.takeTornBytes() }, options.path)
    }

    /// Appends the batch. Throws ``ProcessingError/unavailable(_:)`` for all of it when it is not on the disk.
    public func process(_ batch: inout DeliveryBatch) async throws {
        var lines = RecordLines(batch)
        let (fault, tornBytes, path) = file.withLock { file in
            var fault: AppendFault?
            do throws(AppendFault) { try file.append { lines.next() } } catch { fault = error }
            return (fault, file.takeTornBytes(), file.path)
        }
        tellTornBytes(tornBytes, path)
        if let fault { throw ProcessingError.unavailable("\(fault)") }
    }

    private func tellTornBytes(_ count: Int, _ path: String) {
        guard count > 0 else { return }
        log.warning(
            "unfinished last line cut off: a process was killed while it wrote",
            [
                .path: .text(path), .bytes: .integer(count),
            ])
    }
}
