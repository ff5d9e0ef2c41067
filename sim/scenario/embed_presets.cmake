# Writes OUTPUT, a C++ source that holds every FOLDER/*.yaml as text:
#   cmake -D FOLDER=… -D OUTPUT=… -P embed_presets.cmake
file(GLOB files ${FOLDER}/*.yaml)
list(SORT files)
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"spillway(${text})spillway\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"sim/scenario/embedded_presets.h\"

#include <array>

namespace spillway {
namespace {

constexpr auto kPresets = std::to_array<EmbeddedPreset>({
${entries}});

}  // namespace

std::span<const EmbeddedPreset> embedded_presets() { return kPresets; }

}  // namespace spillway
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
