import CloudEvents
import Millrace

/// The record lines of a batch, in pieces of many whole lines.
struct RecordLines {
    private let batch: DeliveryBatch
    private var position: Int
    private var headers = HeaderViews()
    private static let pieceBytes = 1 << 20

    init(_ batch: DeliveryBatch) {
        self.batch = batch
        position = batch.startIndex
    }

    /// The next lines, about a mebibyte of them and at least one; nil after the last.
    mutating func next() -> [UInt8]? {
        guard position < batch.endIndex else { return nil }
        var bytes: [UInt8] = []
        repeat {
            bytes = append(batch[position], to: bytes)
            position += 1
        } while position < batch.endIndex && bytes.count < Self.pieceBytes
        return bytes
    }

    private mutating func append(_ delivery: Delivery, to bytes: consuming [UInt8]) -> [UInt8] {
        var writer = RecordLineWriter(appendingTo: bytes)
        let record = delivery.record
        let timestamp = record.timestamp
        writer.begin(
            topic: delivery.topic, partition: delivery.partition, offset: record.offset,
            timestamp: timestamp.kind == .none ? nil : timestamp.milliseconds)
        writer.key(record.key)
        delivery.batch.fillHeaders(&headers, at: Int(delivery.index))
        for header in headers.views { writer.header(header.name, header.value) }
        writer.value(record.value)
        return writer.end()
    }
}
