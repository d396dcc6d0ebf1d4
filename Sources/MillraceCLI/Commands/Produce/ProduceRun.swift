import Millrace
import MillraceKafka

/// Sends the lines of an invocation, one after the other, and says what became of them.
struct ProduceRun: ~Copyable {
    private let invocation: Invocation
    private let reader: ProduceReader
    private let producer: RecordProducer
    private let progress: ProgressLine
    private let started = ContinuousClock.now
    private var lines: InputLines
    private var sent = 0
    private var emptyLines = 0
    private var lostTimestamps = 0

    init(_ invocation: Invocation, reader: ProduceReader, producer: RecordProducer) {
        self.invocation = invocation
        self.reader = reader
        self.producer = producer
        progress = ProgressLine(invocation.messages, isForced: invocation[ProduceCommand.progress])
        lines = InputLines(invocation)
    }

    mutating func run() async throws -> ExitCode {
        let refusal: CommandError?
        do {
            try await sendAll()
            refusal = nil
        } catch let error as CommandError {
            refusal = error
        }
        producer.finish()
        progress.clear()
        if let failure = producer.failure { throw error(for: failure) }
        if let refusal {
            invocation.report(summary)
            throw refusal
        }
        if invocation[ProduceCommand.json] {
            try invocation.output.write(summaryJSON)
        } else {
            invocation.report(summary)
        }
        return .success
    }

    private mutating func sendAll() async throws {
        var line: [UInt8] = []
        while producer.failure == nil {
            let outcome = try lines.next(into: &line)
            if outcome == .end { return }
            let record: RecordLine?
            do { record = try reader.record(of: line, outcome) } catch {
                throw CommandError(
                    .badData, "\(lines.place) is refused: \(error)",
                    hint: "What stands before it was sent. 'explain' says more; --raw sends it all the same.")
            }
            guard let record else {
                emptyLines += 1
                continue
            }
            if let time = record.timestamp, !KafkaProducer.keepsTimestamp(time) { lostTimestamps += 1 }
            try await keepRate()
            try producer.send(record, partition: try partition(of: record), token: lines.token)
            sent += 1
            progress.show("\(producer.acknowledged.grouped) acknowledged of \(sent.grouped) sent, \(speed)")
        }
    }

    /// The partition that the record names, where it is to be kept.
    private func partition(of record: RecordLine) throws(CommandError) -> Int32? {
        guard invocation[ProduceCommand.keepPartition], let partition = record.partition else { return nil }
        guard partition < producer.partitionCount else {
            throw CommandError(
                .badData,
                "\(lines.place) names partition \(partition); topic '\(producer.topic)' has \(producer.partitionCount)",
                hint: "What stands before it was sent. Without --keep-partition its key decides.")
        }
        return partition
    }

    /// Waits until the next record may be sent.
    private func keepRate() async throws {
        guard let rate = invocation[ProduceCommand.rate] else { return }
        let due = started + .seconds(1) / rate * sent
        if due > .now { try await Task.sleep(until: due, clock: .continuous) }
    }

    private func error(for failure: RecordProducer.Failure) -> CommandError {
        let place = lines.place(of: failure.token)
        let what = "\(summary); \(place) was not acknowledged"
        guard failure.error.isTooLarge else { return CommandError(failure.error, what) }
        return CommandError(
            .badData, "\(what): it is larger than the topic allows",
            hint: "The topic's max.message.bytes decides; what stands behind it was not sent.")
    }

    private var speed: String {
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        return "\(Int(Double(producer.acknowledged) / max(seconds, 0.001)).grouped) a second"
    }

    private var summary: String {
        let records = producer.acknowledged == 1 ? "1 record" : "\(producer.acknowledged.grouped) records"
        let empty =
            switch emptyLines {
            case 0: ""
            case 1: "; 1 empty line passed over"
            default: "; \(emptyLines.grouped) empty lines passed over"
            }
        let times = lostTimestamps > 0 ? "; \(lostTimestamps.grouped) with timestamp 0 got the present time" : ""
        return "\(records) acknowledged by topic '\(producer.topic)'\(empty)\(times)"
    }

    private var summaryJSON: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("topic", producer.topic)
        json.member("acknowledged", Int64(producer.acknowledged))
        json.member("emptyLines", Int64(emptyLines))
        json.member("lostTimestamps", Int64(lostTimestamps))
        json.member("milliseconds", Int64((ContinuousClock.now - started) / .milliseconds(1)))
        json.endObject()
        json.lineFeed()
        return String(decoding: json.take(), as: UTF8.self)
    }
}
