import CloudEvents
import Millrace

/// Why a line is not sent.
enum ProduceRefusal: Error, CustomStringConvertible {
    /// It cannot be used as the record line that it is.
    case line(RecordLineFault)
    /// A worker could not read it.
    case event(EventFault)

    var description: String {
        switch self {
        case .line(let fault): fault.description
        case .event(let fault): fault.description
        }
    }
}

/// Makes records of lines, and refuses those that a worker would refuse.
struct ProduceReader {
    private let reader: EventReader
    private let mode: ContentMode
    private let key: KeyPointer?
    private let isRaw: Bool

    init(profile: Profile, mode: ContentMode, key: KeyPointer?, isRaw: Bool) {
        // What a worker takes unless it is told otherwise.
        reader = EventReader(profile: profile, limits: Limits(maximumBytes: Configuration().maximumEventBytes))
        self.mode = mode
        self.key = key
        self.isRaw = isRaw
    }

    /// The record to send; nil for an empty line.
    func record(of line: [UInt8], _ outcome: LineReader.Outcome) throws(ProduceRefusal) -> RecordLine? {
        if case .tooLong(let bytes) = outcome { throw .line(.tooLong(bytes: bytes)) }
        if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { return nil }
        let input: LineRecord
        do { input = try LineRecord(line, key: key) } catch { throw .line(error) }
        if isRaw { return input.record }
        let held = HeldRecord(input.record)
        var envelope = Envelope()
        let reading: Result<Reading, EventFault> = held.withView { view in
            Result { () throws(EventFault) in try reader.read(view, into: &envelope) }
        }
        switch reading {
        case .failure(let fault): throw .event(fault)
        case .success(.event) where !input.isRecordLine && mode == .binary:
            return RecordLine(binary: CloudEvent(envelope: envelope, memory: held), key: input.record.key)
        case .success: return input.record
        }
    }
}
