package import CloudEvents
package import MillraceKafka
import Synchronization

/// Records that were read together, with the memory that they stand in and what was read from each.
///
/// Filled by a lane's thread; read by whoever holds a delivery. The memory lives as long as somebody holds the batch:
/// a delivery that is kept beyond its handler stays valid.
package final class RecordBatch: @unchecked Sendable {
    /// The most records that are read at once.
    package static let capacity = 500

    // Set by the lane's thread while nobody else holds the batch.
    @exclusivity(unchecked) package private(set) var source: SourceContext
    @exclusivity(unchecked) package private(set) var partition: Int32
    package let clock: WorkerClock
    /// Where tolerances of typed decoding are counted.
    let tolerated: (any ToleratedSink)?
    package let kind: DeliveryKind
    private let messages: MessageBatch?
    private let copy: RecordCopy?
    private let envelopes: UnsafeMutablePointer<Envelope>
    private let envelopeCount: Int
    /// Strings of one record's data that are noted; data with more are read without.
    private static let tapeCapacity = 128
    /// Room for the places of strings, once somebody decoded data: where nobody does, nothing is noted.
    @exclusivity(unchecked) private var tapes: UnsafeMutablePointer<JSONPlace>?
    @exclusivity(unchecked) private var notesStrings = false
    /// The lane's record at each index; −1 where it is finished or was copied. The lane's thread only, as is the count.
    private let records: UnsafeMutablePointer<Int32>
    /// Records that are not finished.
    @exclusivity(unchecked) private(set) var remaining = 0
    /// Handlers decoded data of these records. From any thread.
    private let wasDecoded = Atomic<Bool>(false)

    /// A batch that the client fills.
    package init(
        source: SourceContext, clock: WorkerClock, tolerated: (any ToleratedSink)? = nil, kind: DeliveryKind = .live
    ) {
        self.kind = kind
        self.source = source
        self.clock = clock
        self.tolerated = tolerated
        partition = -1
        messages = MessageBatch(capacity: Self.capacity)
        copy = nil
        envelopeCount = Self.capacity
        envelopes = .allocate(capacity: Self.capacity)
        envelopes.initialize(repeating: Envelope(), count: Self.capacity)
        records = .allocate(capacity: Self.capacity)
        records.initialize(repeating: -1, count: Self.capacity)
    }

    /// A copy of one record of another batch, so that the client's memory can go.
    package init(copying index: Int, of other: RecordBatch) {
        source = other.source
        partition = other.partition
        clock = other.clock
        tolerated = other.tolerated
        kind = other.kind
        messages = nil
        var headers = HeaderViews()
        other.fillHeaders(&headers, at: index)
        let copy = RecordCopy(other.record(index), headers: headers.views)
        self.copy = copy
        envelopeCount = 1
        envelopes = .allocate(capacity: 1)
        envelopes.initialize(to: Envelope())
        records = .allocate(capacity: 1)
        records.initialize(to: -1)
        // What was read once reads again: same bytes, same reader. A record that could not be read has no event.
        _ = try? copy.headers.withUnsafeBufferPointer { views in
            try source.reader.read(KafkaRecordView(value: copy.view.value, headers: views), into: &envelopes[0])
        }
    }

    deinit {
        envelopes.deinitialize(count: envelopeCount)
        envelopes.deallocate()
        records.deallocate()
        tapes?.deallocate()
    }

    /// What the headers take where the batch is a copy of one record.
    var copiedHeaderBytes: Int { copy?.headerBytes ?? 0 }

    /// Reads the next records of a partition into an empty batch.
    package func fill(from reader: PartitionReader, max: Int, source: SourceContext, partition: Int32) -> ReadOutcome {
        guard let messages else { return .read(0) }
        self.source = source
        self.partition = partition
        return reader.read(into: messages, max: min(max, Self.capacity))
    }

    /// The lane's record at an index; −1 where there is none any more.
    func recordNumber(at index: Int) -> Int32 { records[index] }

    /// How many indices there are.
    var indices: Range<Int> { 0..<(messages?.count ?? 1) }

    /// The bytes at an index are needed until ``release(_:)``.
    func hold(_ record: Int32, at index: Int) {
        records[index] = record
        remaining += 1
    }

    /// The bytes at an index are no longer needed.
    func release(_ index: Int32) {
        records[Int(index)] = -1
        remaining -= 1
    }

    /// What the client gave at an index of a batch that it filled.
    func message(_ index: Int) -> MessageView? { messages?.message(at: index) }

    /// The record at an index.
    package func record(_ index: Int) -> RecordView {
        if let messages { return RecordView(messages.message(at: index)) }
        // Its initialisers set one of the two.
        guard let copy else { preconditionFailure("a batch has either messages or a copy") }
        return copy.view
    }

    /// The headers of the record at an index: views of the batch's memory.
    package func fillHeaders(_ headers: inout HeaderViews, at index: Int) {
        if let messages {
            headers.fill(from: messages.message(at: index))
        } else if let copy {
            headers.fill(from: copy.headers)
        }
    }

    /// The headers of the record at an index as a list to send, exactly.
    func headerList(at index: Int) -> HeaderList {
        if let messages { return HeaderList(copying: messages.message(at: index)) }
        let headers = copy?.headers ?? []
        let list = HeaderList(capacity: headers.count + LetterHeader.allCases.count)
        for header in headers { list.append(header.name, header.value) }
        return list
    }

    /// What was read from the record at an index; empty where it could not be read.
    package func envelope(_ index: Int) -> UnsafeMutablePointer<Envelope> { envelopes + index }

    /// The client's memory of one record is no longer needed. Only while nobody else holds the batch.
    package func destroyMessage(_ index: Int) { messages?.destroy(at: index) }

    /// Makes the batch empty, to be filled again. Only while nobody else holds the batch.
    package func clear() {
        messages?.destroyAll()
        notesStrings = wasDecoded.exchange(false, ordering: .relaxed)
        if notesStrings, tapes == nil { tapes = .allocate(capacity: Self.capacity * Self.tapeCapacity) }
    }

    /// Somebody decodes data of a record: so will he that of the next ones.
    func noteDecoding() {
        if !wasDecoded.load(ordering: .relaxed) { wasDecoded.store(true, ordering: .relaxed) }
    }

    /// Room for the places of the strings in a record's data; none where nobody decoded the data of the batch before.
    func tape(at index: Int) -> StringTape {
        guard notesStrings, let tapes else { return StringTape() }
        return StringTape(tapes + index * Self.tapeCapacity, capacity: Self.tapeCapacity)
    }

    /// Whether it can be filled again.
    package var isReusable: Bool { messages != nil }
}
