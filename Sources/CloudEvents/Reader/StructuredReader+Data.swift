extension StructuredReader {
    /// Judges `data` and `data_base64` by the media type (JSON Event Format, section 3.1).
    mutating func fillData(_ envelope: inout Envelope) throws(EventFault) {
        let mediaType = try judge.mediaType(slots[.dataContentType], absent: .json, into: &envelope)
        envelope.declaresJSON = mediaType.isJSON
        if slots[.dataBase64].isSet {
            // Without a media type `data` is JSON, but bytes may be anything.
            envelope.declaresJSON = mediaType.isJSON && envelope.dataContentType.isPresent
            return try fillBase64(&envelope)
        }
        let data = slots[.data]
        guard data.kind != .absent, let start = data.start else { return }
        if mediaType.isJSON {
            let isString = data.kind == .string
            envelope.data = ByteView(isString ? start - 1 : start, count: Int(data.count) + (isString ? 2 : 0))
            envelope.dataForm = .json
            envelope.strings = tape
            return
        }
        guard data.kind == .string else {
            throw EventFault(
                .dataNotText, offset: judge.offset(of: data),
                detail: "'datacontenttype' is not JSON, so 'data' must be a string, not \(data.kind.article)")
        }
        envelope.data = data.view
        envelope.dataForm = .text
        envelope.dataHasEscapes = data.marks.contains(.escape)
    }

    private mutating func fillBase64(_ envelope: inout Envelope) throws(EventFault) {
        let raw = slots[.dataBase64]
        if slots[.data].kind != .absent {
            throw EventFault(
                .dataConflict, offset: judge.offset(of: raw),
                detail: "only one of 'data' and 'data_base64' may be given")
        }
        let text = try judge.text(raw, .dataBase64)
        if let fault = Base64.fault(text) {
            throw EventFault(
                .invalidBase64, offset: judge.offset(of: raw).map { $0 + (raw.marks.contains(.escape) ? 0 : fault) },
                detail: "'data_base64' must be base64 of RFC 4648 section 4, padded, without line breaks")
        }
        envelope.data = text
        envelope.dataForm = .base64
    }
}
