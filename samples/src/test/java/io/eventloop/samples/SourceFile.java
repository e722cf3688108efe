package io.eventloop.samples;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java source file of the repository, or a text that stands for one.
 *
 * @param path from the root, with slashes: {@code module/src/main/java/...}
 * @param text its content
 */
record SourceFile(String path, String text) {
    /** Comments, text blocks, strings and characters, whichever begins first. */
    private static final Pattern NOT_CODE = Pattern.compile("//[^\\n]*+|/\\*(?s:.*?)\\*/"
            + "|\"\"\"(?s:[^\"\\\\]*+(?:(?:\\\\.|\"(?!\"\"))[^\"\\\\]*+)*+)\"\"\""
            + "|\"[^\"\\\\\\n]*+(?:\\\\.[^\"\\\\\\n]*+)*+\"|'(?:\\\\.[^'\\n]*+|[^'\\\\\\n])'");

    private static final Pattern PACKAGE = Pattern.compile("(?m)^package\\s+([\\w.]+)\\s*;");

    /** A package name in front of a type or a star: in an import or in the middle of the code. */
    private static final Pattern QUALIFIED = Pattern.compile("\\b((?:[a-z_]\\w*\\.)+)(?=[A-Z*])");

    private static final Pattern REQUIRES =
            Pattern.compile("\\brequires\\s+(?:transitive\\s+|static\\s+)*([\\w.]+)\\s*;");

    /** The folder at the root. */
    String module() {
        return path.substring(0, path.indexOf('/'));
    }

    /** The simple name of the type that the file is named after. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1, path.length() - ".java".length());
    }

    boolean isMain() {
        return path.startsWith(module() + "/src/main/");
    }

    boolean isTest() {
        return path.startsWith(module() + "/src/test/");
    }

    String packageName() {
        Matcher matcher = PACKAGE.matcher(code());
        return matcher.find() ? matcher.group(1) : "";
    }

    /** The text with blanks for comments, strings and characters; positions stay what they are. */
    String code() {
        StringBuilder code = new StringBuilder(text);
        NOT_CODE.matcher(text).results().forEach(match -> {
            for (int i = match.start(); i < match.end(); i++) {
                if (code.charAt(i) != '\n') {
                    code.setCharAt(i, ' ');
                }
            }
        });
        return code.toString();
    }

    /** Whether the type that the file is named after is public. */
    boolean isPublic() {
        return declaration() >= 0;
    }

    /** The comment in front of that type, which is public; of the whole text the last one before it. */
    String typeComment() {
        String before = text.substring(0, declaration());
        return before.substring(Math.max(0, before.lastIndexOf("/**")));
    }

    /** Where the public type is declared, or -1. */
    private int declaration() {
        Matcher matcher = Pattern.compile("\\bpublic\\s+(?:[a-z-]+\\s+)*?(?:class|interface|record|enum|@interface)\\s+"
                        + Pattern.quote(name()) + "\\b")
                .matcher(code());
        return matcher.find() ? matcher.start() : -1;
    }

    /** The packages named in imports and elsewhere in the code, and the modules that a module declaration requires. */
    Set<String> references() {
        Set<String> names = new TreeSet<>();
        String code = code();
        Matcher qualified = QUALIFIED.matcher(code);
        while (qualified.find()) {
            String prefix = qualified.group(1);
            names.add(prefix.substring(0, prefix.length() - 1));
        }
        Matcher requires = REQUIRES.matcher(code);
        while (requires.find()) {
            names.add(requires.group(1));
        }
        return names;
    }
}
