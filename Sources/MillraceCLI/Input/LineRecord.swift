import CloudEvents
import Millrace

/// What a line of a command's input stands for.
struct LineRecord {
    /// The record that `produce` would send.
    var record: RecordLine
    /// The line says what the record is; else it is an event's bytes.
    var isRecordLine: Bool

    /// - Parameter key: where a bare event has the record's key.
    init(_ line: [UInt8], key: KeyPointer? = nil) throws(RecordLineFault) {
        if let record = try RecordLine.parse(line) {
            self.record = record
            isRecordLine = true
        } else {
            record = RecordLine(
                key: key?.key(in: line), headers: [.init("content-type", "application/cloudevents+json")],
                value: line)
            isRecordLine = false
        }
    }
}
