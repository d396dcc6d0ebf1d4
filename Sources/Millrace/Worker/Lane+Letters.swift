import CloudEvents
import MillraceEngine
import MillraceKafka

extension Lane {
    /// The letter of a record that no route can get.
    func write(letterFor record: Int32, reason: String, detail: String, type: String?) {
        let work = engine.letter(record, now: now)
        let wall = shared.clock.wall()
        begin(
            work, record,
            LetterText(reason: reason, detail: detail, type: type, attempts: 0, firstFailedAt: wall, failedAt: wall))
    }

    /// The letter of a record that a processor gave up.
    func write(letterFor work: Int32, of record: Int32, route: RouteContext, reason: String, detail: String) {
        let state = engine.work(work)
        let (batch, index) = batch(of: record)
        let wall = shared.clock.wall()
        begin(
            work, record,
            LetterText(
                reason: reason, detail: detail, processor: route.processor,
                type: batch.envelope(index).pointee.type.string, attempts: Int(state.attempt),
                firstFailedAt: state.firstFailedAt == 0 ? wall : state.firstFailedAt, failedAt: wall))
    }

    private func begin(_ work: Int32, _ record: Int32, _ text: LetterText) {
        records[Int(record)].users += 1
        pendingLetters[work] = PendingLetter(record: record, generation: engine.work(work).generation, text: text)
        send(work)
    }

    private func send(_ work: Int32) {
        guard var pending = pendingLetters[work] else { return }
        guard let letterWriter else {
            pendingLetters[work]?.waiting = .room
            return
        }
        let (batch, index) = batch(of: pending.record)
        let view = batch.record(index)
        let origin = LetterOrigin(
            topic: batch.source.topic, partition: batch.partition, offset: view.offset, timestamp: view.timestamp,
            group: shared.group)
        pending.waiting = nil
        pending.memory = batch
        do throws(KafkaError) {
            if !pending.form.isPointer {
                do throws(KafkaError) {
                    try sendWhole(work, pending, batch, index, origin, letterWriter)
                } catch  where error.isTooLarge {
                    pending.form.exceedsClient()
                }
            }
            if pending.form.isPointer { try sendPointer(work, pending, batch, index, origin, letterWriter) }
        } catch {
            // No room, or a producer in trouble: it is kept, and tried again.
            pending.waiting = .room
            unsentLetters = true
        }
        pendingLetters[work] = pending
    }

    private func sendWhole(
        _ work: Int32, _ pending: PendingLetter, _ batch: RecordBatch, _ index: Int, _ origin: LetterOrigin,
        _ writer: LetterWriter
    ) throws(KafkaError) {
        let view = batch.record(index)
        let list: HeaderList
        let letter: Letter
        if batch.source.keepsOrigin {
            batch.fillHeaders(&headers, at: index)
            letter = Letter(pending.text, origin: origin, again: headers.headers)
            list = HeaderList(capacity: letter.kept.count + letter.own.count)
            for kept in letter.kept { list.append(headers.views[kept].name, headers.views[kept].value) }
        } else {
            letter = Letter(pending.text, origin: origin, headerCount: 0)
            list = batch.headerList(at: index)
        }
        for header in letter.own { list.append(header.name, header.value) }
        try writer.send(
            topic: batch.source.letterTopic, partition: batch.partition, key: view.key, value: view.value,
            headers: list, timestamp: timestamp(view, pending), token: pending.token(work), copy: false,
            alone: pending.form.isAlone)
    }

    private func sendPointer(
        _ work: Int32, _ pending: PendingLetter, _ batch: RecordBatch, _ index: Int, _ origin: LetterOrigin,
        _ writer: LetterWriter
    ) throws(KafkaError) {
        let view = batch.record(index)
        batch.fillHeaders(&headers, at: index)
        let letter: Letter
        var named = origin
        if batch.source.keepsOrigin {
            letter = Letter(pending.text, origin: origin, again: headers.headers)
            named = Letter.origin(of: headers.headers, otherwise: origin)
        } else {
            letter = Letter(pending.text, origin: origin, headerCount: 0)
        }
        let pointer = PointerLetter(origin: named, key: view.key, value: view.value, headerCount: headers.views.count)
        let list = HeaderList(capacity: letter.own.count + 1)
        list.append("content-type", text: PointerLetter.mediaType)
        for header in letter.own { list.append(header.name, header.value) }
        let json = pointer.json
        // A key that fits keeps the letter where its key's others are; a larger one may be what is too large.
        let key = (view.key?.count ?? 0) <= 1_024 ? view.key : nil
        let (partition, topic) = (batch.partition, batch.source.letterTopic)
        let time = timestamp(view, pending)
        let (token, alone) = (pending.token(work), pending.form.isAlone)
        let outcome = json.withUnsafeBytes { bytes -> KafkaError? in
            do throws(KafkaError) {
                try writer.send(
                    topic: topic, partition: partition, key: key, value: bytes, headers: list,
                    timestamp: time, token: token, copy: true, alone: alone)
                return nil
            } catch {
                return error
            }
        }
        if let outcome { throw outcome }
    }

    private func timestamp(_ view: RecordView, _ pending: PendingLetter) -> Int64? {
        pending.form.isTimestampRewritten || view.timestamp.kind == .none ? nil : view.timestamp.milliseconds
    }

    /// Takes the producer's reports: an acknowledged letter settles its record.
    func pollLetters() -> Bool {
        guard let letterWriter else { return false }
        var reports: [DeliveryReport] = []
        let count = letterWriter.reports { reports.append($0) }
        for report in reports { take(report) }
        if unsentLetters, count > 0 { sendUnsent(.room) }
        return count > 0
    }

    private func take(_ report: DeliveryReport) {
        let work = Int32(truncatingIfNeeded: report.token)
        guard let pending = pendingLetters[work], pending.token(work) == report.token else { return }
        guard let error = report.error else { return acknowledged(work, pending, report) }
        if let refusal = LetterRefusal(error), pendingLetters[work]?.form.refused(for: refusal) == true {
            send(work)
        } else {
            pendingLetters[work]?.waiting = .refusal
        }
    }

    private func acknowledged(_ work: Int32, _ pending: PendingLetter, _ report: DeliveryReport) {
        pendingLetters[work] = nil
        let record = pending.record
        let name = self.name(of: record)
        let view = self.view(of: record)
        records[Int(record)].users -= 1
        let finished = engine.letterAcknowledged(work)
        if finished >= 0 { forget(finished) }
        guard let observer = shared.observer else { return }
        if pending.form.isTimestampRewritten || view.timestamp.milliseconds == 0 {
            observer.observe(.letterTimestampRewritten(name))
        }
        observer.observe(
            .deadLettered(
                name, reason: pending.text.reason, processor: pending.text.processor,
                letter: pending.form.isPointer ? .pointer : .whole))
    }

    /// What was not sent of assignments that are over is not sent any more: the next owner writes letters of his own.
    func dropUnsentLetters() {
        for (work, pending) in pendingLetters where pending.isUnsent && engine.isOver(work) {
            pendingLetters[work] = nil
            records[Int(pending.record)].users -= 1
            let finished = engine.letterDropped(work)
            if finished >= 0 { forget(finished) }
        }
    }

    private func view(of record: Int32) -> RecordView {
        let (batch, index) = batch(of: record)
        return batch.record(index)
    }

    /// Sends what could not be sent, and after a producer's fatal error everything that has no report.
    func retryLetters() {
        guard let letterWriter else {
            self.letterWriter = try? shared.letters(wake)
            if self.letterWriter != nil { sendUnsent() }
            return
        }
        for isAlone in [false, true] where letterWriter.renewIfFatal(alone: isAlone) {
            for (work, pending) in pendingLetters where pending.form.isAlone == isAlone {
                pendingLetters[work]?.waiting = .room
            }
        }
        sendUnsent()
    }

    /// Sends letters that are not with the producer: those that wait for this, or all.
    private func sendUnsent(_ wait: PendingLetter.Wait? = nil) {
        unsentLetters = false
        let unsent = pendingLetters.filter { $0.value.isUnsent && (wait == nil || $0.value.waiting == wait) }
        for (work, _) in unsent.sorted(by: { $0.value.generation < $1.value.generation }) { send(work) }
    }
}
