# ok: long-file
# Limit number 1.
LIMIT_1 = 1

# Limit number 2.
LIMIT_2 = 2

# Limit number 3.
LIMIT_3 = 3

# Limit number 4.
LIMIT_4 = 4

# Limit number 5.
LIMIT_5 = 5

# Limit number 6.
LIMIT_6 = 6

# Limit number 7.
LIMIT_7 = 7

# Limit number 8.
LIMIT_8 = 8

# Limit number 9.
LIMIT_9 = 9

# Limit number 10.
LIMIT_10 = 10

# Limit number 11.
LIMIT_11 = 11

# Limit number 12.
LIMIT_12 = 12

# Limit number 13.
LIMIT_13 = 13

# Limit number 14.
LIMIT_14 = 14

# Limit number 15.
LIMIT_15 = 15

# Limit number 16.
LIMIT_16 = 16

# Limit number 17.
LIMIT_17 = 17

# Limit number 18.
LIMIT_18 = 18

# Limit number 19.
LIMIT_19 = 19

# Limit number 20.
LIMIT_20 = 20

# Limit number 21.
LIMIT_21 = 21

# Limit number 22.
LIMIT_22 = 22

# Limit number 23.
LIMIT_23 = 23

# Limit number 24.
LIMIT_24 = 24

# Limit number 25.
LIMIT_25 = 25

# Limit number 26.
LIMIT_26 = 26

# Limit number 27.
LIMIT_27 = 27

# Limit number 28.
LIMIT_28 = 28

# Limit number 29.
LIMIT_29 = 29

# Limit number 30.
LIMIT_30 = 30

# Limit number 31.
LIMIT_31 = 31

# Limit number 32.
LIMIT_32 = 32

# Limit number 33.
LIMIT_33 = 33

# Limit number 34.
LIMIT_34 = 34

# Limit number 35.
LIMIT_35 = 35

# Limit number 36.
LIMIT_36 = 36

# Limit number 37.
LIMIT_37 = 37

# Limit number 38.
LIMIT_38 = 38

# Limit number 39.
LIMIT_39 = 39

# Limit number 40.
LIMIT_40 = 40

# Limit number 41.
LIMIT_41 = 41

# Limit number 42.
LIMIT_42 = 42

# Limit number 43.
LIMIT_43 = 43

# Limit number 44.
LIMIT_44 = 44

# Limit number 45.
LIMIT_45 = 45

# Limit number 46.
LIMIT_46 = 46

# Limit number 47.
LIMIT_47 = 47

# Limit number 48.
LIMIT_48 = 48

# Limit number 49.
LIMIT_49 = 49

# Limit number 50.
LIMIT_50 = 50

# Limit number 51.
LIMIT_51 = 51

# Limit number 52.
LIMIT_52 = 52

# Limit number 53.
LIMIT_53 = 53

# Limit number 54.
LIMIT_54 = 54

# Limit number 55.
LIMIT_55 = 55

# Limit number 56.
LIMIT_56 = 56

# Limit number 57.
LIMIT_57 = 57

# Limit number 58.
LIMIT_58 = 58

# Limit number 59.
LIMIT_59 = 59

# Limit number 60.
LIMIT_60 = 60

# Limit number 61.
LIMIT_61 = 61

# Limit number 62.
LIMIT_62 = 62

# Limit number 63.
LIMIT_63 = 63

# Limit number 64.
LIMIT_64 = 64

# Limit number 65.
LIMIT_65 = 65

# Limit number 66.
LIMIT_66 = 66

# Limit number 67.
LIMIT_67 = 67

# Limit number 68.
LIMIT_68 = 68

# Limit number 69.
LIMIT_69 = 69

# Limit number 70.
LIMIT_70 = 70

# Limit number 71.
LIMIT_71 = 71

# Limit number 72.
LIMIT_72 = 72

# Limit number 73.
LIMIT_73 = 73

# Limit number 74.
LIMIT_74 = 74

# Limit number 75.
LIMIT_75 = 75

# Limit number 76.
LIMIT_76 = 76

# Limit number 77.
LIMIT_77 = 77

# Limit number 78.
LIMIT_78 = 78

# Limit number 79.
LIMIT_79 = 79

# Limit number 80.
LIMIT_80 = 80

# Limit number 81.
LIMIT_81 = 81

# Limit number 82.
LIMIT_82 = 82

# Limit number 83.
LIMIT_83 = 83

# Limit number 84.
LIMIT_84 = 84

# Limit number 85.
LIMIT_85 = 85

# Limit number 86.
LIMIT_86 = 86

# Limit number 87.
LIMIT_87 = 87

# Limit number 88.
LIMIT_88 = 88

# Limit number 89.
LIMIT_89 = 89

# Limit number 90.
LIMIT_90 = 90

# Limit number 91.
LIMIT_91 = 91

# Limit number 92.
LIMIT_92 = 92

# Limit number 93.
LIMIT_93 = 93

# Limit number 94.
LIMIT_94 = 94

# Limit number 95.
LIMIT_95 = 95

# Limit number 96.
LIMIT_96 = 96

# Limit number 97.
LIMIT_97 = 97

# Limit number 98.
LIMIT_98 = 98

# Limit number 99.
LIMIT_99 = 99

# Limit number 100.
LIMIT_100 = 100

# Limit number 101.
LIMIT_101 = 101

# Limit number 102.
LIMIT_102 = 102

# Limit number 103.
LIMIT_103 = 103

# Limit number 104.
LIMIT_104 = 104

# Limit number 105.
LIMIT_105 = 105

# Limit number 106.
LIMIT_106 = 106

# Limit number 107.
LIMIT_107 = 107

# Limit number 108.
LIMIT_108 = 108

# Limit number 109.
LIMIT_109 = 109

# Limit number 110.
LIMIT_110 = 110

# Limit number 111.
LIMIT_111 = 111

# Limit number 112.
LIMIT_112 = 112

# Limit number 113.
LIMIT_113 = 113

# Limit number 114.
LIMIT_114 = 114

# Limit number 115.
LIMIT_115 = 115

# Limit number 116.
LIMIT_116 = 116

# Limit number 117.
LIMIT_117 = 117

# Limit number 118.
LIMIT_118 = 118

# Limit number 119.
LIMIT_119 = 119

# Limit number 120.
LIMIT_120 = 120

# Limit number 121.
LIMIT_121 = 121

# Limit number 122.
LIMIT_122 = 122

# Limit number 123.
LIMIT_123 = 123

# Limit number 124.
LIMIT_124 = 124

# Limit number 125.
LIMIT_125 = 125

# Limit number 126.
LIMIT_126 = 126

# Limit number 127.
LIMIT_127 = 127

# Limit number 128.
LIMIT_128 = 128

# Limit number 129.
LIMIT_129 = 129

# Limit number 130.
LIMIT_130 = 130

# Limit number 131.
LIMIT_131 = 131

# Limit number 132.
LIMIT_132 = 132

# Limit number 133.
LIMIT_133 = 133

# Limit number 134.
LIMIT_134 = 134

# Limit number 135.
LIMIT_135 = 135

# Limit number 136.
LIMIT_136 = 136

# Limit number 137.
LIMIT_137 = 137

# Limit number 138.
LIMIT_138 = 138

# Limit number 139.
LIMIT_139 = 139

# Limit number 140.
LIMIT_140 = 140

# Limit number 141.
LIMIT_141 = 141

# Limit number 142.
LIMIT_142 = 142

# Limit number 143.
LIMIT_143 = 143

# Limit number 144.
LIMIT_144 = 144

# Limit number 145.
LIMIT_145 = 145

# Limit number 146.
LIMIT_146 = 146

# Limit number 147.
LIMIT_147 = 147

# Limit number 148.
LIMIT_148 = 148

# Limit number 149.
LIMIT_149 = 149

# Limit number 150.
LIMIT_150 = 150

# Limit number 151.
LIMIT_151 = 151

# Limit number 152.
LIMIT_152 = 152

# Limit number 153.
LIMIT_153 = 153

# Limit number 154.
LIMIT_154 = 154

# Limit number 155.
LIMIT_155 = 155

# Limit number 156.
LIMIT_156 = 156

# Limit number 157.
LIMIT_157 = 157

# Limit number 158.
LIMIT_158 = 158

# Limit number 159.
LIMIT_159 = 159

# Limit number 160.
LIMIT_160 = 160

# Limit number 161.
LIMIT_161 = 161

# Limit number 162.
LIMIT_162 = 162

# Limit number 163.
LIMIT_163 = 163

# Limit number 164.
LIMIT_164 = 164

# Limit number 165.
LIMIT_165 = 165

# Limit number 166.
LIMIT_166 = 166

# Limit number 167.
LIMIT_167 = 167

# Limit number 168.
LIMIT_168 = 168

# Limit number 169.
LIMIT_169 = 169

# Limit number 170.
LIMIT_170 = 170

# Limit number 171.
LIMIT_171 = 171

# Limit number 172.
LIMIT_172 = 172

# Limit number 173.
LIMIT_173 = 173

# Limit number 174.
LIMIT_174 = 174

# Limit number 175.
LIMIT_175 = 175

# Limit number 176.
LIMIT_176 = 176

# Limit number 177.
LIMIT_177 = 177

# Limit number 178.
LIMIT_178 = 178

# Limit number 179.
LIMIT_179 = 179

# Limit number 180.
LIMIT_180 = 180

# Limit number 181.
LIMIT_181 = 181

# Limit number 182.
LIMIT_182 = 182

# Limit number 183.
LIMIT_183 = 183

# Limit number 184.
LIMIT_184 = 184

# Limit number 185.
LIMIT_185 = 185

# Limit number 186.
LIMIT_186 = 186

# Limit number 187.
LIMIT_187 = 187

# Limit number 188.
LIMIT_188 = 188

# Limit number 189.
LIMIT_189 = 189

# Limit number 190.
LIMIT_190 = 190

# Limit number 191.
LIMIT_191 = 191

# Limit number 192.
LIMIT_192 = 192

# Limit number 193.
LIMIT_193 = 193

# Limit number 194.
LIMIT_194 = 194

# Limit number 195.
LIMIT_195 = 195

# Limit number 196.
LIMIT_196 = 196

# Limit number 197.
LIMIT_197 = 197

# Limit number 198.
LIMIT_198 = 198

# Limit number 199.
LIMIT_199 = 199

# Limit number 200.
LIMIT_200 = 200

# Limit number 201.
LIMIT_201 = 201

# Limit number 202.
LIMIT_202 = 202

# Limit number 203.
LIMIT_203 = 203

# Limit number 204.
LIMIT_204 = 204

# Limit number 205.
LIMIT_205 = 205

# Limit number 206.
LIMIT_206 = 206

# Limit number 207.
LIMIT_207 = 207

# Limit number 208.
LIMIT_208 = 208

# Limit number 209.
LIMIT_209 = 209

# Limit number 210.
LIMIT_210 = 210

# Limit number 211.
LIMIT_211 = 211

# Limit number 212.
LIMIT_212 = 212

# Limit number 213.
LIMIT_213 = 213

# Limit number 214.
LIMIT_214 = 214

# Limit number 215.
LIMIT_215 = 215

# Limit number 216.
LIMIT_216 = 216

# Limit number 217.
LIMIT_217 = 217

# Limit number 218.
LIMIT_218 = 218

# Limit number 219.
LIMIT_219 = 219

# Limit number 220.
LIMIT_220 = 220

# Limit number 221.
LIMIT_221 = 221

# Limit number 222.
LIMIT_222 = 222

# Limit number 223.
LIMIT_223 = 223

# Limit number 224.
LIMIT_224 = 224

# Limit number 225.
LIMIT_225 = 225

# Limit number 226.
LIMIT_226 = 226

# Limit number 227.
LIMIT_227 = 227

# Limit number 228.
LIMIT_228 = 228

# Limit number 229.
LIMIT_229 = 229

# Limit number 230.
LIMIT_230 = 230

# Limit number 231.
LIMIT_231 = 231

# Limit number 232.
LIMIT_232 = 232

# Limit number 233.
LIMIT_233 = 233

# Limit number 234.
LIMIT_234 = 234

# Limit number 235.
LIMIT_235 = 235

# Limit number 236.
LIMIT_236 = 236

# Limit number 237.
LIMIT_237 = 237

# Limit number 238.
LIMIT_238 = 238

# Limit number 239.
LIMIT_239 = 239

# Limit number 240.
LIMIT_240 = 240

# Limit number 241.
LIMIT_241 = 241

# Limit number 242.
LIMIT_242 = 242

# Limit number 243.
LIMIT_243 = 243

# Limit number 244.
LIMIT_244 = 244

# Limit number 245.
LIMIT_245 = 245

# Limit number 246.
LIMIT_246 = 246

# Limit number 247.
LIMIT_247 = 247

# Limit number 248.
LIMIT_248 = 248

# Limit number 249.
LIMIT_249 = 249

# Limit number 250.
LIMIT_250 = 250

# Limit number 251.
LIMIT_251 = 251

# Limit number 252.
LIMIT_252 = 252

# Limit number 253.
LIMIT_253 = 253

# Limit number 254.
LIMIT_254 = 254

# Limit number 255.
LIMIT_255 = 255

# Limit number 256.
LIMIT_256 = 256

# Limit number 257.
LIMIT_257 = 257

# Limit number 258.
LIMIT_258 = 258

# Limit number 259.
LIMIT_259 = 259

# Limit number 260.
LIMIT_260 = 260

# Limit number 261.
LIMIT_261 = 261

# Limit number 262.
LIMIT_262 = 262

# Limit number 263.
LIMIT_263 = 263

# Limit number 264.
LIMIT_264 = 264

# Limit number 265.
LIMIT_265 = 265

# Limit number 266.
LIMIT_266 = 266

# Limit number 267.
LIMIT_267 = 267

# Limit number 268.
LIMIT_268 = 268

# Limit number 269.
LIMIT_269 = 269

# Limit number 270.
LIMIT_270 = 270

# Limit number 271.
LIMIT_271 = 271

# Limit number 272.
LIMIT_272 = 272

# Limit number 273.
LIMIT_273 = 273

# Limit number 274.
LIMIT_274 = 274

# Limit number 275.
LIMIT_275 = 275

# Limit number 276.
LIMIT_276 = 276

# Limit number 277.
LIMIT_277 = 277

# Limit number 278.
LIMIT_278 = 278

# Limit number 279.
LIMIT_279 = 279

# Limit number 280.
LIMIT_280 = 280

# Limit number 281.
LIMIT_281 = 281

# Limit number 282.
LIMIT_282 = 282

# Limit number 283.
LIMIT_283 = 283

# Limit number 284.
LIMIT_284 = 284

# Limit number 285.
LIMIT_285 = 285

# Limit number 286.
LIMIT_286 = 286

# Limit number 287.
LIMIT_287 = 287

# Limit number 288.
LIMIT_288 = 288

# Limit number 289.
LIMIT_289 = 289

# Limit number 290.
LIMIT_290 = 290

# Limit number 291.
LIMIT_291 = 291

# Limit number 292.
LIMIT_292 = 292

# Limit number 293.
LIMIT_293 = 293

# Limit number 294.
LIMIT_294 = 294

# Limit number 295.
LIMIT_295 = 295

# Limit number 296.
LIMIT_296 = 296

# Limit number 297.
LIMIT_297 = 297

# Limit number 298.
LIMIT_298 = 298

# Limit number 299.
LIMIT_299 = 299

