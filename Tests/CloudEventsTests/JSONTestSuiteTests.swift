import CloudEvents
import Testing

/// The 318 files of nst/JSONTestSuite, each as a whole document and as the data of an event.
@Suite(.enabled(if: Vectors.areThere, Vectors.reason)) struct JSONTestSuiteTests {
    enum Decision { case accepted, syntax, invalidUTF8, otherEncoding }

    /// What RFC 8259 leaves open, and what is done here.
    ///
    /// Numbers are text until somebody asks for a value, so none is too large. A string must be Unicode text: half of a
    /// surrogate pair, as an escape or as bytes, is none. Nothing but UTF-8 is read, and the grammar check knows no byte
    /// order mark; the reader of events removes one before.
    static let open: [String: Decision] = [
        "i_number_double_huge_neg_exp.json": .accepted,
        "i_number_huge_exp.json": .accepted,
        "i_number_neg_int_huge_exp.json": .accepted,
        "i_number_pos_double_huge_exp.json": .accepted,
        "i_number_real_neg_overflow.json": .accepted,
        "i_number_real_pos_overflow.json": .accepted,
        "i_number_real_underflow.json": .accepted,
        "i_number_too_big_neg_int.json": .accepted,
        "i_number_too_big_pos_int.json": .accepted,
        "i_number_very_big_negative_int.json": .accepted,
        "i_object_key_lone_2nd_surrogate.json": .syntax,
        "i_string_1st_surrogate_but_2nd_missing.json": .syntax,
        "i_string_1st_valid_surrogate_2nd_invalid.json": .syntax,
        "i_string_UTF-16LE_with_BOM.json": .otherEncoding,
        "i_string_UTF-8_invalid_sequence.json": .invalidUTF8,
        "i_string_UTF8_surrogate_U+D800.json": .invalidUTF8,
        "i_string_incomplete_surrogate_and_escape_valid.json": .syntax,
        "i_string_incomplete_surrogate_pair.json": .syntax,
        "i_string_incomplete_surrogates_escape_valid.json": .syntax,
        "i_string_invalid_lonely_surrogate.json": .syntax,
        "i_string_invalid_surrogate.json": .syntax,
        "i_string_invalid_utf-8.json": .invalidUTF8,
        "i_string_inverted_surrogates_U+1D11E.json": .syntax,
        "i_string_iso_latin_1.json": .invalidUTF8,
        "i_string_lone_second_surrogate.json": .syntax,
        "i_string_lone_utf8_continuation_byte.json": .invalidUTF8,
        "i_string_not_in_unicode_range.json": .invalidUTF8,
        "i_string_overlong_sequence_2_bytes.json": .invalidUTF8,
        "i_string_overlong_sequence_6_bytes.json": .invalidUTF8,
        "i_string_overlong_sequence_6_bytes_null.json": .invalidUTF8,
        "i_string_truncated-utf-8.json": .invalidUTF8,
        "i_string_utf16BE_no_BOM.json": .otherEncoding,
        "i_string_utf16LE_no_BOM.json": .otherEncoding,
        "i_structure_500_nested_arrays.json": .accepted,
        "i_structure_UTF-8_BOM_empty_object.json": .syntax,
    ]

    private func decision(_ fault: JSONFault?) -> Decision? {
        switch fault?.kind {
        case nil: .accepted
        case .syntax: .syntax
        case .invalidUTF8: .invalidUTF8
        case .otherEncoding: .otherEncoding
        case .tooDeep: nil
        }
    }

    private func fault(_ bytes: [UInt8]) -> JSONFault? {
        do throws(JSONFault) { try JSONGrammar.check(bytes) } catch { return error }
        return nil
    }

    private func eventFault(_ data: [UInt8]) -> EventFault? {
        let text = Array(document(#""data":"#).utf8.dropLast()) + data + Array("}".utf8)
        do throws(EventFault) { _ = try CloudEvent(json: text) } catch { return error }
        return nil
    }

    @Test func everyFile() throws {
        let files = try Vectors.files("nst/JSONTestSuite/test_parsing")
        #expect(files.count == 318)
        var counts: [Character: Int] = [:]
        for (name, bytes) in files {
            let kind = try #require(name.first)
            counts[kind, default: 0] += 1
            let fault = fault(bytes)
            let eventFault = eventFault(bytes)
            switch kind {
            case "y":
                #expect(fault == nil, "\(name)")
                #expect(eventFault == nil, "\(name)")
            case "n":
                #expect(fault != nil, "\(name)")
                #expect(eventFault != nil, "\(name)")
            default:
                let decision = try #require(Self.open[name], "\(name)")
                #expect(self.decision(fault) == decision, "\(name)")
                #expect((eventFault == nil) == (decision == .accepted), "\(name)")
            }
        }
        #expect(counts == ["y": 95, "n": 188, "i": 35])
        #expect(Self.open.count == 35)
    }

    /// What other readers change on the way, this one keeps as text.
    @Test func transformsKeepTheText() throws {
        let files = try Vectors.files("nst/JSONTestSuite/test_transform")
        #expect(files.count == 22)
        for (name, bytes) in files {
            guard fault(bytes) == nil else {
                #expect(name.contains("invalid_codepoint"), "\(name)")
                continue
            }
            let text = Array(document(#""data":"#).utf8.dropLast()) + bytes + Array("}".utf8)
            let event = try CloudEvent(json: text)
            let trimmed = String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }
            #expect(event.dataString?.utf8.elementsEqual(trimmed.utf8) == true, "\(name)")
        }
    }
}
