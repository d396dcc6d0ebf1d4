public import CloudEvents

/// How an event came to a processor.
public enum DeliveryKind: String, Sendable, Hashable {
    /// By the worker's own consumption.
    case live
    /// By a replay.
    case replay
}

/// One event on its way to a processor: a value with one reference to the memory that the event stands in. What it
/// offers is made when asked for.
public struct Delivery: Sendable {
    package let batch: RecordBatch
    package let index: Int32
    /// The attempt, from 1. Attempts of earlier workers count where they are known.
    public let attempt: Int
    /// When the first attempt failed, in milliseconds since 1970; nil in the first attempt.
    public let firstFailedAt: Int64?
    /// The route succeeded with another event of the same source and id.
    private let reusesID: Bool

    package init(
        batch: RecordBatch, index: Int32, attempt: Int, firstFailedAt: Int64?, reusesID: Bool = false
    ) {
        self.batch = batch
        self.index = index
        self.attempt = attempt
        self.firstFailedAt = firstFailedAt
        self.reusesID = reusesID
    }

    /// The event, decoded; its data stays raw until asked for.
    public var event: CloudEvent {
        if reusesID { return eventOfReusedID }
        return CloudEvent(at: batch.envelope(Int(index)), in: batch)
    }
    /// The topic that the record stands in.
    public var topic: String { batch.source.topic }
    /// The partition that the record stands in.
    public var partition: Int32 { batch.partition }
    /// The record's offset in its partition.
    public var offset: Int64 { record.offset }
    /// How the event came here.
    public var kind: DeliveryKind { batch.kind }
    /// The worker's own timer.
    public var clock: WorkerClock { batch.clock }

    /// The record's time.
    public var timestamp: RecordTimestamp { record.timestamp }

    /// The record's key as received; nil and empty are different.
    public var key: [UInt8]? { record.key.map { Array($0) } }

    /// The record's value as received; nil and empty are different.
    public var value: [UInt8]? { record.value.map { Array($0) } }

    /// The record's headers as received, in order, duplicates and nulls kept.
    public var headers: [RecordHeader] {
        var views = HeaderViews()
        batch.fillHeaders(&views, at: Int(index))
        return views.headers
    }

    /// Decodes the event's data. What was tolerated on the way is counted. Throws `EventDataError`: leaving the
    /// handler it dead-letters the event with its own code, without a second attempt.
    public func data<T: EventData>(as type: T.Type) throws -> T {
        batch.noteDecoding()
        var tolerated: [String] = []
        defer { if !tolerated.isEmpty { batch.tolerated?.tolerated(tolerated, topic: topic) } }
        return try T.decode(from: event, tolerated: &tolerated)
    }

    package var record: RecordView { batch.record(Int(index)) }

    /// The batch's own envelope is not changed: other threads may read it.
    private var eventOfReusedID: CloudEvent {
        var envelope = batch.envelope(Int(index)).pointee
        envelope.tolerated.insert(.idReuse)
        return CloudEvent(envelope: envelope, memory: batch)
    }
}

/// Where tolerances that typed decoding used are counted.
package protocol ToleratedSink: AnyObject, Sendable {
    func tolerated(_ codes: [String], topic: String)
}
