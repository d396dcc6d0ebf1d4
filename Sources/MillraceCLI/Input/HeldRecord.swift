import CloudEvents
import Millrace

/// A record in memory of its own, as the reader of events wants it.
final class HeldRecord: @unchecked Sendable {
    // Filled by `init`, and never changed after.
    private let memory: OwnedBytes
    private let value: ByteView?
    private let headers: [KafkaHeaderView]

    init(_ record: RecordLine) {
        let size = record.headers.reduce(record.value?.count ?? 0) { $0 + $1.name.count + ($1.value?.count ?? 0) }
        let memory = OwnedBytes(capacity: size)
        func hold(_ bytes: [UInt8]) -> ByteView { bytes.withUnsafeBytes { memory.append($0) } }
        value = record.value.map(hold)
        headers = record.headers.map {
            KafkaHeaderView(name: hold($0.name).bytes, value: $0.value.map { hold($0).bytes })
        }
        self.memory = memory
    }

    /// Calls with a view of the record, which lives as long as this object.
    func withView<T>(_ body: (KafkaRecordView) -> T) -> T {
        headers.withUnsafeBufferPointer { body(KafkaRecordView(value: value?.bytes, headers: $0)) }
    }
}
